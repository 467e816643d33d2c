"""Files of rows read to a grid."""

import csv
import io
import json
import struct
import zipfile
from datetime import date, datetime

import pytest
import xlsxwriter
from openpyxl import Workbook

from service.documents import compound_files
from service.documents.file_reading import read_table_file
from service.errors import UnreadableFileError
from sheets_schema.declaration import builtin_campaign, load_campaign
from sheets_schema.reading.rows import read_tab


@pytest.fixture(scope="module")
def form():
    return load_campaign(builtin_campaign("thang_dan_van_2023")).form("registration")


@pytest.fixture(scope="module")
def titles(form):
    return [column.title for column in form.columns]


ROW = ["1", "Thăm hộ nghèo; tặng quà", "15/10/2023", "03 xã, thị trấn", "Hộ nghèo", "- 10 suất\n- 5 triệu", ""]


def grid_of(path, form):
    return read_table_file(path, form).read[0].grid


def csv_text(rows, separator):
    written = io.StringIO()
    csv.writer(written, delimiter=separator).writerows(rows)
    return written.getvalue()


def entry(name, kind, *, right=0xFFFFFFFF, child=0xFFFFFFFF):
    label = f"{name}\0".encode("utf-16-le")
    return struct.pack("<64sHBxIII48x", label, len(label), kind, 0xFFFFFFFF, right, child)


def compound(*names, holding=""):
    """Return a compound file: its header, the sector of its directory, the one of what follows on what, its words."""
    head = struct.pack("<8s22xH12xII16xIII", compound_files.START, 9, 1, 0, 0xFFFFFFFE, 0, 1)
    entries = [entry("Root Entry", 5, child=1)]
    entries += [
        entry(name, 2, right=at + 1 if at < len(names) else 0xFFFFFFFF) for at, name in enumerate(names, start=1)
    ]
    directory = b"".join(entries).ljust(512, b"\0")
    table = struct.pack("<128I", 0xFFFFFFFE, 0xFFFFFFFD, *[0xFFFFFFFF] * 126)
    return head.ljust(512, b"\xff") + directory + table + holding.encode("utf-16-le").ljust(512, b"\0")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_csv_is_read_in_every_encoding_and_with_every_separator(tmp_path, form, titles, encoding, separator):
    path = tmp_path / "a.csv"
    path.write_bytes(csv_text([["SỞ CÔNG THƯƠNG"], [], titles, ROW], separator).encode(encoding))

    grid = grid_of(path, form)

    assert [grid.text(3, column) for column in range(7)] == ROW
    assert read_tab(form, grid).rows[0].number == 4


def test_csv_names_the_columns_that_are_not_the_forms(tmp_path, form):
    path = tmp_path / "a.csv"
    path.write_text("id,ten_noi_dung,thoi_gian,quy_mo,Kinh phí\n1,a,b,c,d\n", encoding="utf-8")

    assert read_table_file(path, form).sheets[0].ignored == ("id", "Kinh phí")


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.csv", "Tên nội dung".encode()[:-1] + b"\xf4\xe0", "không phải UTF-8"),
        ("a.csv", b"a,b\n1,2\n", "không tìm thấy dòng tiêu đề"),
        ("a.csv", b"", "tệp trống"),
        ("a.csv", b"\xff\xfeq", "không phải UTF-8"),
        ("a.xlsx", b"not a zip", "không tìm thấy dòng tiêu đề"),
        ("a.xlsx", b"PK\x03\x04 cut off", "tệp hỏng hoặc chưa tải về hết"),
        ("a.csv", b"\x1a", "tệp trống"),
        ("a.jsonl", b'{"thoi_gian": "15/10"}\n{"thoi_gian": \n', "dòng 2 không phải JSON: dòng hết mà chưa trọn."),
        ("a.jsonl", b'{"id": 1 "x": 2}\n', 'dòng 1 không phải JSON: sai từ ký tự thứ 10, chỗ “"x": 2}”.'),
        ("a.jsonl", b'{"thoi_gian": "15/10"}\n[1]\n', "dòng 2 không phải một đối tượng"),
        ("a.jsonl", b"[" * 200_000, "dòng 1 không phải JSON: số quá lớn, hoặc ngoặc lồng quá sâu."),
        ("a.jsonl", b'{"id": ' + b"9" * 9999 + b"}", "số quá lớn, hoặc ngoặc lồng quá sâu"),
        ("a.csv", b"Stt,x\n1," + b"y" * 10_000_001, "từ dòng 2 có ô dài hơn 10000000 ký tự"),
        ("a.jsonl", b'{"id": 1}\n', "không tìm thấy dòng tiêu đề"),
        ("a.xls", b"<html><table><tr><td>Stt</td></tr></table>", "đây là trang web"),
        ("a.xls", b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "XML 2003"),
        ("a.xlsx", b"%PDF-1.7", "tệp PDF"),
        ("a.docx", b"{\\rtf1 Stt}", "văn bản RTF"),
        ("a.csv", b"\x89PNG\r\n", "tệp ảnh"),
        ("a.eml", b"From: a@vidu.example\r\nTo: b@vidu.example\r\n\r\nStt,", "thư điện tử"),
        ("a.csv", b"\r\nReceived: from x\n\tby y\nX-A: 1\nSUBJECT: Gui\n\nabc", "thư điện tử"),
        ("a.txt", b"From a Thu Sep 28 16:30:00 2023\nDate: x\nSubject: y\n", "thư điện tử"),
        ("a.msg", compound("__nameid_version1.0", "__properties_version1.0"), "thư điện tử"),
        ("a.txt", b"From: a\nStt,b\nTo: c\n", "không tìm thấy dòng tiêu đề"),
        ("a.xlsx", b"Rar!\x1a\x07", "tệp nén"),
        ("a.xlsx", compound("EncryptionInfo", "EncryptedPackage"), "đặt mật khẩu"),
        ("a.xlsx", compound("Data", "WordDocument"), "Word kiểu cũ"),
        ("a.xlsx", compound("VisioDocument"), "chương trình khác"),
        ("a.xlsx", compound("Workbook"), r"\(\.xls, \.xlsb\) hỏng"),
        ("a.xls", compound("BOOK"), r"\(\.xls, \.xlsb\) hỏng"),
        ("a.doc", compound("WordDocument", holding="Book Workbook EncryptedPackage"), "Word kiểu cũ"),
        ("a.doc", compound("VisioDocument", holding="WordDocument"), "chương trình khác"),
        ("a.doc", compound("WordDocument")[:600], "tệp hỏng hoặc chưa tải về hết"),
        ("a.doc", compound_files.START, "tệp hỏng hoặc chưa tải về hết"),
        ("a.doc", compound_files.START + b"\xff" * 2_000, "tệp hỏng hoặc chưa tải về hết"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path, form, name, content, says):
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(UnreadableFileError, match=says):
        read_table_file(path, form)


TCVN3 = ["Stt", "Tªn néi dung, ho¹t ®éng", "Thêi gian tæ chøc, triÓn khai", "Quy m«, ph¹m vi triÓn khai"]
VNI = ["Stt", "Teân noäi dung, hoaït ñoäng", "Thôøi gian toå chöùc, trieån khai", "Quy moâ, phaïm vi trieån khai"]


@pytest.mark.parametrize(("font", "typed"), [("TCVN3", TCVN3), ("VNI", VNI)])
@pytest.mark.parametrize("kind", ["csv", "jsonl", "xlsx"])
def test_a_file_in_an_old_font_names_the_font(tmp_path, form, font, typed, kind):
    path = tmp_path / f"a.{kind}"
    rows = [["sè ngo¹i vô"], typed, ["1", "x", "15/10", "y"]]
    if kind == "csv":
        path.write_text(csv_text(rows, ";"), encoding="utf-8")
    elif kind == "jsonl":
        path.write_text(json.dumps(dict.fromkeys(typed, "x"), ensure_ascii=False), encoding="utf-8")
    else:
        book = Workbook()
        for row in rows:
            book.active.append(row)
        book.save(path)

    with pytest.raises(UnreadableFileError, match=rf"phông cũ \({font}\).*Unicode"):
        read_table_file(path, form)


def names_or_fault(content):
    try:
        return compound_files.root_names(content)
    except UnreadableFileError as error:
        return str(error)


def test_root_names_end_whatever_the_directory_says():
    whole = compound("WordDocument", "Data")

    for place in range(8, len(whole), 2):
        for value in (b"\x00\x00", b"\xff\xff", b"\x01\x00"):
            hurt = whole[:place] + value + whole[place + 2 :]
            found = names_or_fault(hurt)
            assert "tệp hỏng" in found if isinstance(found, str) else len(found) <= 4


def test_root_names_go_on_where_the_table_of_sectors_says():
    names = [f"Phần {at}" for at in range(7)]
    whole = compound(*names)  # a directory of two sectors: the second is put at the end
    first, second = whole[512:1024], whole[1024:1536]
    table = struct.pack("<128I", 2, 0xFFFFFFFD, 0xFFFFFFFE, *[0xFFFFFFFF] * 125)

    assert compound_files.root_names(whole[:512] + first + table + second) == set(names)


def test_a_missing_file_and_a_folder_say_so(tmp_path, form):
    (tmp_path / "folder.csv").mkdir()

    with pytest.raises(UnreadableFileError, match="không có tệp này"):
        read_table_file(tmp_path / "none.csv", form)
    with pytest.raises(UnreadableFileError, match="không mở được tệp"):
        read_table_file(tmp_path / "folder.csv", form)


def test_jsonl_takes_keys_and_titles_and_counts_lines(tmp_path, form):
    path = tmp_path / "a.jsonl"
    rows = [
        {
            "id": "X1",
            "unit_code": "S-CT",
            "stt": 1,
            "ten_noi_dung": "A",
            "thoi_gian": "15/10",
            "expect": {"valid": True},
        },
        {"Tên nội dung, hoạt động": "B", "Thời gian tổ chức, triển khai": None, "unit_code": "S-NV"},
    ]
    path.write_text(
        "\n".join([json.dumps(rows[0]), "", json.dumps(rows[1], ensure_ascii=False)]) + "\n", encoding="utf-8"
    )

    (table,) = read_table_file(path, form).sheets
    content = read_tab(form, table.grid)

    assert table.ignored == ("id", "expect")
    assert [(row.number, row.unit, row.text("ten_noi_dung")) for row in content.rows] == [
        (1, "S-CT", "A"),
        (2, "", ""),
        (3, "S-NV", "B"),
    ]
    assert content.rows[0].text("stt") == "1"


def write_xlsx(path, rows, merges=()):
    workbook = Workbook()
    workbook.active.append(["Trang bìa"])
    sheet = workbook.create_sheet("Đăng ký")
    for row in rows:
        sheet.append(row)
    for merged in merges:
        sheet.merge_cells(merged)
    workbook.save(path)


def test_every_sheet_of_a_workbook_is_read_with_its_merges(tmp_path, form, titles):
    path = tmp_path / "a.xlsx"
    write_xlsx(path, [["SỞ X"], titles, ROW, ["2", None, "16/10/2023"]], ["B3:B4"])

    cover, sheet = read_table_file(path, form).sheets
    content = read_tab(form, sheet.grid)

    assert (cover.name, cover.has_table, sheet.name, sheet.has_table) == ("Sheet", False, "Đăng ký", True)
    assert [row.value("ten_noi_dung") for row in content.rows] == [ROW[1], ROW[1]]
    assert content.rows[0].cell("thoi_gian") == "C3"


def test_file_whose_only_table_is_hidden_is_refused_by_the_sheet(tmp_path, form, titles):
    path = tmp_path / "a.xlsx"
    workbook = Workbook()
    workbook.create_sheet("Mẫu").append(titles)
    workbook["Mẫu"].sheet_state = "veryHidden"
    workbook.save(path)

    with pytest.raises(UnreadableFileError, match=r"trang đang ẩn \(“Mẫu”\)"):
        read_table_file(path, form)


@pytest.mark.parametrize(
    ("value", "number_format", "shown", "means"),
    [
        (date(2023, 10, 5), "dd/mm/yyyy", "05/10/2023", "5/10/2023"),
        (datetime.fromisoformat("2023-10-05"), "m/d/yyyy", "10/5/2023", "5/10/2023"),
        (datetime.fromisoformat("2023-10-05T08:30"), "dd/mm/yyyy hh:mm", "05/10/2023 08:30", "8:30 5/10/2023"),
        (datetime.fromisoformat("2023-10-01"), "mm/yyyy", "10/2023", "10/2023"),
        (datetime.fromisoformat("2023-10-01"), '"Tháng "mm', "Tháng 10", "10/2023"),
        (datetime.fromisoformat("2023-10-15"), "d-mmm-yy", "15-thg 10-23", "15/10/2023"),
        (datetime.fromisoformat("2023-10-15"), "[$-409]d-mmm", "15-Oct", "15/10/2023"),
        (datetime.fromisoformat("2023-10-15"), "dddd, dd/mm", "Chủ Nhật, 15/10", "15/10/2023"),
        (datetime.fromisoformat("2023-10-15"), "yyyy", "2023", "2023"),
        (1.5625, "[h]:mm", "37:30", ""),
        (0.955, "0.0%", "95,5%", ""),
        (12, "General", "12", ""),
        (1.5, "General", "1,5", ""),
        (24081987654321, "General", "24081987654321", ""),
        (402, "00000", "00402", ""),
        (1250000, '#,##0.0 "đồng"', "1.250.000,0 đồng", ""),
        (True, "General", "TRUE", ""),
    ],
)
def test_xlsx_cell_is_read_as_it_is_shown_and_a_date_by_its_value(
    tmp_path, form, titles, value, number_format, shown, means
):
    path = tmp_path / "a.xlsx"
    workbook = Workbook()
    workbook.active.append(titles)
    cell = workbook.active.cell(2, 3, value)
    cell.number_format = number_format
    workbook.save(path)

    grid = grid_of(path, form)

    assert grid.text(1, 2) == shown
    assert grid.days.get((1, 2), "") == means


def test_formula_is_read_as_its_stored_result_and_one_without_is_named(tmp_path, form, titles):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, titles)
        sheet.write_formula(1, 0, "=ROW()-1", None, 1)
        sheet.write_formula(1, 1, '="Phát thanh "&"trên loa"', None, "Phát thanh trên loa")
        sheet.write_formula(1, 2, "=DATE(2023,10,21)", book.add_format({"num_format": "dd/mm/yyyy"}), 45220)
        sheet.write_formula(1, 3, "=VLOOKUP(1,A9:B9,2,0)", None, "#N/A")
        sheet.write_formula(1, 5, "=NOW()", None, "")

    (read,) = read_table_file(path, form).sheets

    assert [read.grid.text(1, column) for column in range(6)] == [
        "1",
        "Phát thanh trên loa",
        "21/10/2023",
        "#N/A",
        "",
        "",
    ]
    assert read.grid.days[1, 2] == "21/10/2023"
    assert read.uncomputed == ("F2",)


def test_workbook_of_1904_and_letters_that_xml_cannot_hold(tmp_path, form, titles):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path, {"date_1904": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, titles)
        sheet.write(1, 1, "Dòng một_x000D_\nhai")
        sheet.write_datetime(1, 2, datetime.fromisoformat("2023-10-07"), book.add_format({"num_format": "d/m/yyyy"}))

    grid = grid_of(path, form)

    assert grid.days[1, 2] == "7/10/2023"
    assert grid.text(1, 2) == "7/10/2023"
    assert grid.text(1, 1) in ("Dòng một\nhai", "Dòng một_x000D_\nhai")


def test_xlsx_that_is_another_kind_of_zip_is_refused(tmp_path, form):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "x")

    with pytest.raises(UnreadableFileError, match="tệp nén"):
        read_table_file(path, form)


@pytest.mark.parametrize(
    "line", ['2,Phát cây,16/10/2023,"02 thôn,Dân,Sạch,', '2,Phát cây,"16/10/2023,02 thôn,Dân,Sạch,']
)
@pytest.mark.parametrize(
    "below", [[], ['3,Thăm hộ nghèo,17/10/2023,"02 xã",Dân,Sạch,', "4,Họp,18/10/2023,01 xã,Dân,Sạch,"]]
)
def test_csv_with_a_quotation_mark_that_is_not_closed_is_refused_by_its_line(tmp_path, form, titles, line, below):
    path = tmp_path / "a.csv"
    path.write_text("\n".join([csv_text([titles, [*ROW[:5], "x", ""]], ",").strip(), line, *below]), encoding="utf-8")

    with pytest.raises(UnreadableFileError, match="dòng 3: dấu ngoặc kép"):
        read_table_file(path, form)


def test_csv_with_rows_swallowed_between_two_marks_is_refused(tmp_path, form, titles):
    rows = [
        '1,Phát cây,16/10/2023,02 thôn,Dân,Sạch,"theo lịch',
        "2,Họp,31/9/2023,01 xã,Dân,Sạch,",
        '3,Thăm,18/10/2023,01 xã,Dân,Sạch,x"',
    ]
    path = tmp_path / "a.csv"
    path.write_text(csv_text([titles], ",") + "\n".join(rows), encoding="utf-8")

    with pytest.raises(UnreadableFileError, match="dòng 2: dấu ngoặc kép"):
        read_table_file(path, form)


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ('1,"Dân vận khéo" năm 2023,15/10', ["1", '"Dân vận khéo" năm 2023', "15/10"]),
        ('1,"Dân vận khéo" năm 2023,"03 xã, 02 ""phường"""', ["1", '"Dân vận khéo" năm 2023', '03 xã, 02 "phường"']),
        ('1,Mô hình "Dân vận khéo",15/10', ["1", 'Mô hình "Dân vận khéo"', "15/10"]),
        ('1,"Dân vận, khéo" năm 2023,15/10', ["1", '"Dân vận, khéo" năm 2023', "15/10"]),
    ],
)
def test_quotation_marks_that_are_words_stay(tmp_path, form, titles, line, cells):
    file = tmp_path / "a.csv"
    file.write_text(csv_text([titles], ",") + line + "\n", encoding="utf-8")

    assert list(grid_of(file, form).cells[1]) == cells


def test_csv_ends_where_dos_ended_a_text(tmp_path, form, titles):
    path = tmp_path / "a.csv"
    path.write_text(csv_text([titles, ROW], ",") + "\x1a", encoding="utf-8")

    assert len(grid_of(path, form).cells) == 2


@pytest.mark.parametrize("name", ["a.tsv", "a.txt", "a.dat", "a"])
def test_text_is_read_whatever_the_name_of_its_file(tmp_path, form, titles, name):
    path = tmp_path / name
    path.write_bytes(csv_text([titles, ROW], "\t").encode("utf-16"))

    assert grid_of(path, form).text(1, 1) == ROW[1]


def test_rows_below_a_long_gap_are_read_and_the_gap_is_known(tmp_path, form, titles):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, titles)
        sheet.write_row(1, 0, ROW)
        sheet.write_row(9_499, 0, ROW)

    grid = grid_of(path, form)

    assert [row.number for row in read_tab(form, grid).rows] == [2, 9_500]
    assert grid.address(2, 2) == "C9500"
    assert [(gap.first_row, gap.last_row) for gap in grid.gaps] == [(3, 9_499)]
