"""Files of other kinds: .xls, .ods, strict .xlsx, .docx; khoi.xls and khoi.ods are LibreOffice's."""

import shutil
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter

from service.documents.file_reading import read_table, read_table_file
from service.errors import UnreadableFileError
from sheets_schema.declaration import builtin_campaign, load_campaign
from sheets_schema.reading.rows import read_tab

DATA = Path(__file__).parent / "data"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
ROW = ("1", "Nạo vét mương", "15/10/2023", "02 thôn", "Nhân dân", "01 km", "")


@pytest.fixture(scope="module")
def form():
    return load_campaign(builtin_campaign("thang_dan_van_2023")).form("registration")


@pytest.mark.parametrize("kind", ["xls", "ods"])
@pytest.mark.parametrize("ending", ["", ".xlsx", ".csv"])
def test_workbook_of_another_kind_is_read_whatever_its_name(tmp_path, form, kind, ending):
    path = tmp_path / f"khoi{ending}"
    shutil.copy(DATA / f"khoi.{kind}", path)

    first, hidden, cover = read_table_file(path, form).sheets
    rows = read_tab(form, first.grid).rows

    assert [(sheet.name, sheet.hidden, sheet.has_table) for sheet in (first, hidden, cover)] == [
        ("Khối 1", False, True),
        ("Cũ", True, True),
        ("HD", False, False),
    ]
    assert [row.number for row in rows] == [4, 5, 6, 7]
    assert [row.value("ten_noi_dung") for row in rows] == ["Nạo vét mương", "Trồng cây", "Họp dân", "Họp dân"]
    assert [row.days["thoi_gian"] for row in rows][::2] == ["15/10/2023", "5/10/2023"]
    assert rows[3].days["thoi_gian"] == "12:00 6/10/2023"
    assert first.unformatted is (kind == "xls")


def test_cell_of_an_open_document_is_read_as_it_is_shown(form):
    grid = read_table((DATA / "khoi.ods").read_bytes(), form).read[0].grid

    assert [grid.text(4, column) for column in (0, 2, 3)] == ["1,1", "Tháng 10", "00007"]
    assert grid.days[4, 2] == "10/2023"


@pytest.mark.parametrize(("kind", "share"), [("xls", 0.05), ("xls", 0.3), ("xls", 0.6), ("ods", 0.5), ("ods", 0.98)])
def test_workbook_cut_short_is_refused_as_damaged(form, kind, share):
    content = (DATA / f"khoi.{kind}").read_bytes()

    with pytest.raises(UnreadableFileError, match="hỏng"):
        read_table(content[: int(len(content) * share)], form)


def test_strict_workbook_is_read(tmp_path, form):
    path, strict = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, [column.title for column in form.columns])
        sheet.write_row(1, 0, ROW)
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(strict, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            text = text.replace(
                "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                "http://purl.oclc.org/ooxml/spreadsheetml/main",
            )
            text = text.replace(
                "http://schemas.openxmlformats.org/officeDocument/2006", "http://purl.oclc.org/ooxml/officeDocument"
            )
            text = text.replace('<c r="C2" t="s"><v>9</v></c>', '<c r="C2" t="d"><v>2023-10-15T00:00:00</v></c>')
            new.writestr(name, text)

    (read,) = read_table_file(strict, form).sheets

    assert [row.text("ten_noi_dung") for row in read_tab(form, read.grid).rows] == ["Nạo vét mương"]


def paragraph(*runs):
    return "<w:p>" + "".join(run if run.startswith("<") else f"<w:r><w:t>{run}</w:t></w:r>" for run in runs) + "</w:p>"


def cell(*paragraphs, more=""):
    lines = "".join(one if one.startswith("<w:p>") else paragraph(one) for one in paragraphs)
    return f"<w:tc><w:tcPr>{more}</w:tcPr>{lines}</w:tc>"


def row(*cells, more=""):
    shown = "".join(one if one.startswith("<") else cell(one) for one in cells)
    return f"<w:tr>{f'<w:trPr>{more}</w:trPr>' if more else ''}{shown}</w:tr>"


def document(*blocks):
    return f'<w:document xmlns:w="{WORD}"><w:body>{"".join(blocks)}</w:body></w:document>'


def table(*rows):
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


SCANNED = '<w:p><w:r><w:drawing><a:blip xmlns:a="urn:a" r:embed="r1" xmlns:r="urn:r"/></w:drawing></w:r></w:p>'


def docx(tmp_path, body):
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", body)
    return path


def test_tables_of_a_word_document_are_read_with_the_lines_above(tmp_path, form):
    titles = [column.title for column in form.columns]
    letterhead = table(row("SỞ CÔNG THƯƠNG", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"))
    lines = [paragraph("Số và ký hiệu"), paragraph("DANH SÁCH")]
    body = document(letterhead, *lines, table(row(*titles), row(*ROW), row("2", "Họp", *ROW[2:])), paragraph("Ký tên"))

    head, sheet = read_table_file(docx(tmp_path, body), form).sheets
    rows = read_tab(form, sheet.grid).rows

    assert (head.has_table, sheet.has_table) == (False, True)
    assert [(one.number, one.text("ten_noi_dung"), one.text("thoi_gian")) for one in rows] == [
        (4, "Nạo vét mương", "15/10/2023"),
        (5, "Họp", "15/10/2023"),
    ]


def test_word_table_counts_changes_as_accepted_and_merged_cells_as_merged(tmp_path, form):
    titles = [column.title for column in form.columns]
    changed = paragraph(
        "Trồng ",
        "<w:del><w:r><w:delText>tre</w:delText></w:r></w:del>",
        "<w:ins><w:r><w:t>cây</w:t></w:r></w:ins>",
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>ẩn</w:t></w:r>",
    )
    first = row("1", cell(changed, more='<w:vMerge w:val="restart"/>'), *ROW[2:])
    second = row("2", cell("", more="<w:vMerge/>"), "16/10/2023", *ROW[3:])
    removed = row("3", "Bỏ", *ROW[2:], more="<w:del/>")
    wrapped = f"<w:sdt><w:sdtContent>{row('4', cell('dòng một', 'dòng hai'), *ROW[2:])}</w:sdtContent></w:sdt>"
    body = document(table(row(*titles), first, second, removed, wrapped))

    (sheet,) = read_table_file(docx(tmp_path, body), form).sheets
    rows = read_tab(form, sheet.grid).rows

    assert [one.value("ten_noi_dung") for one in rows] == ["Trồng cây", "Trồng cây", "dòng một\ndòng hai"]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (document(paragraph("Không có bảng")), "không có bảng nào"),
        (document(SCANNED, paragraph(" ")), "chỉ có ảnh chụp, ảnh quét"),
        (document(table(row(cell(SCANNED)))), "chỉ có ảnh chụp, ảnh quét"),
        (document(paragraph("Ảnh bên:"), SCANNED), "không có bảng nào"),
        (document(table(row("a", "b"))), "không tìm thấy dòng tiêu đề"),
        (f'<!DOCTYPE a [<!ENTITY b "c">]>{document(table(row("a")))}', "DTD"),
        (document("<w:p>" * 120_000 + "</w:p>" * 120_000), "lồng nhau quá sâu"),
        ("<w:document", "hỏng"),
    ],
    ids=[
        "no table",
        "scanned",
        "scanned in a table",
        "picture beside words",
        "no header",
        "types",
        "nested",
        "cut off",
    ],
)
def test_word_document_that_cannot_be_read_says_why(tmp_path, form, body, says):
    with pytest.raises(UnreadableFileError, match=says):
        read_table_file(docx(tmp_path, body), form)


def struck(words, look="strike", value=""):
    return f"<w:r><w:rPr><w:{look}{f' w:val={value!r}' if value else ''}/></w:rPr><w:t>{words}</w:t></w:r>"


def test_words_that_are_struck_through_are_left_out_and_named(tmp_path, form):
    titles = [column.title for column in form.columns]
    first = row("1", cell(paragraph("Thăm ", struck("hộ nghèo"), struck("hộ khó", "dstrike"), "khăn")), *ROW[2:])
    second = row("2", cell(paragraph(struck("Họp")), paragraph(struck(" "))), *ROW[2:])
    third = row(
        "3", cell(paragraph(struck("Trồng cây", value="0"), "<w:r><w:strike/><w:t> xanh</w:t></w:r>")), *ROW[2:]
    )
    body = document(paragraph("SỞ A"), paragraph(struck("SỞ B")), table(row(*titles), first, second, third))

    path = docx(tmp_path, body)
    (sheet,) = read_table_file(path, form).sheets

    assert [one.value("ten_noi_dung") for one in read_tab(form, sheet.grid).rows] == ["Thăm khăn", "", "Trồng cây xanh"]
    assert sheet.struck == ((2, 0), (4, 1), (5, 1))


def test_struck_words_of_a_table_that_was_cut_are_named_by_its_rows(tmp_path, form):
    titles = [column.title for column in form.columns]
    below = row("2", cell(paragraph("Họp", struck(" dân"))), *ROW[2:])
    body = document(table(row(*titles), row(*ROW)), paragraph(), table(below))

    (sheet,) = read_table_file(docx(tmp_path, body), form).sheets

    assert sheet.struck == ((3, 1),)


def struck_workbook(path, titles):
    """Write a workbook of which words are struck through, whole cells and parts; gach.ods is LibreOffice's of it."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        line, plain = book.add_format({"font_strikeout": True}), book.add_format({"bold": True})
        day = book.add_format({"font_strikeout": True, "num_format": "dd/mm/yyyy"})
        sheet.write_row(0, 0, titles)
        sheet.write_row(1, 0, [1, "", "", 3])
        sheet.write(1, 1, "Họp dân", line)
        sheet.write_datetime(1, 2, datetime(2023, 10, 5), day)  # noqa: DTZ001 – a cell has no zone
        sheet.write_row(2, 0, [2, "", "6/10/2023"])
        sheet.write_rich_string(2, 1, "Thăm ", line, "hộ nghèo", plain, "bản A")
        sheet.write(2, 3, 45, line)
        sheet.write_row(3, 0, [3, "", "7/10/2023", 5])
        sheet.write_rich_string(3, 1, "Cũ ", plain, "Trồng cây", line)
        sheet.write(4, 0, 4)
        sheet.write_formula(4, 1, "=1+1", line, 2)
        sheet.write(4, 2, "8/10/2023")


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_words_of_a_workbook_that_are_struck_through_are_left_out_and_named(tmp_path, form, kind):
    path = DATA / "gach.ods"
    if kind == "xlsx":
        path = tmp_path / "gach.xlsx"
        struck_workbook(path, [column.title for column in form.columns])

    (sheet,) = read_table_file(path, form).sheets

    assert [[sheet.grid.text(row, column) for column in range(4)] for row in range(1, 5)] == [
        ["1", "", "", "3"],
        ["2", "Thăm bản A", "6/10/2023", ""],
        ["3", "Trồng cây", "7/10/2023", "5"],
        ["4", "", "8/10/2023", ""],
    ]
    assert sheet.struck == ((2, 1), (2, 2), (3, 1), (3, 3), (4, 1), (5, 1))
