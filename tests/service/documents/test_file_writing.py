"""Tables as files: nothing in them is a formula, a workbook prints, any text can be written."""

from __future__ import annotations

import csv
import io

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from service.documents.file_writing import BOM, csv_lines, guarded, write_xlsx
from service.documents.xlsx_lines import LONGEST_CELL
from service.documents.xlsx_writing import HIGHEST, MOST_LINKS
from service.domain.printed_tables import CellLink, Chart, LineStyle, Table, line

HOSTILE = '=HYPERLINK("http://vidu.example","x")'
RUBBISH = [
    HOSTILE,
    "+84 912",
    "-nt-",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "  =1+1",
    "＝1+1",
    "http://vidu.example/",
    "0123",
    "1e5",
    "x\x00y\x08\ud800\ufffe",
    "_x000D_",
    "dòng 1\ndòng 2",
    "</t><script>",
    "n" * 40_000,
]


def table(*values, style=LineStyle.BODY, title="Danh sách", charts=()) -> Table:
    lines = (line(LineStyle.TITLE, "TÊN"), line(LineStyle.HEADER, "Chữ", "Số"), line(style, *values))
    return Table(title, (200, 60), lines, charts=charts)


def written(*tables: Table):
    file = io.BytesIO()
    write_xlsx(tables, file)
    return load_workbook(io.BytesIO(file.getvalue()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("=1", "'=1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@a", "'@a"),
        ("\ta", "'\ta"),
        ("\ra", "'\ra"),
        (" =1", "' =1"),
        ("＝1", "'＝1"),
        ("\u00a0=1", "'\u00a0=1"),
        ("\u200b\u202e -1", "'\u200b\u202e -1"),
        ("\x0b=1", "'\ufffd=1"),
        ("(=1", "(=1"),
        ("a=1", "a=1"),
        ("", ""),
        ("'=1", "'=1"),
        ("a\x00b", "a\ufffdb"),
    ],
)
def test_guarded(text, expected):
    assert guarded(text) == expected


def test_csv_lines_are_header_and_body_with_a_bom():
    text = "".join(csv_lines(table("Sở A", -3)))

    assert text.startswith(BOM)
    assert list(csv.reader(io.StringIO(text.removeprefix(BOM), newline=""))) == [["Chữ", "Số"], ["Sở A", "-3"]]


@pytest.mark.parametrize("text", RUBBISH)
def test_csv_lines_hold_any_text_and_no_formula(text):
    encoded = "".join(csv_lines(table(text, 1))).encode("utf-8")

    cell = list(csv.reader(io.StringIO(encoded.decode("utf-8-sig"), newline="")))[1][0]

    assert cell == guarded(text)
    assert cell.lstrip()[:1] not in set("=+-@")


@pytest.mark.parametrize("text", RUBBISH)
def test_write_xlsx_keeps_any_text_a_text(text):
    cell = written(table(text, 1)).active["A3"]

    assert (cell.data_type, cell.hyperlink) == ("s", None)
    assert len(cell.value) <= LONGEST_CELL


def test_write_xlsx_keeps_words_numbers_and_links():
    sheet = written(table("dòng 1\ndòng 2", 0.5), table(CellLink("https://vidu.example/a?b=1", "Mở"), 7)).worksheets

    assert [cell.value for cell in sheet[0][3]] == ["dòng 1\ndòng 2", 0.5]
    assert (sheet[1]["A3"].value, sheet[1]["A3"].hyperlink.target) == ("Mở", "https://vidu.example/a?b=1")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "", "internal:Sheet1!A1", "https://vidu.example/" + "a" * 3000])
def test_write_xlsx_makes_no_link_of_what_is_none(url):
    cell = written(table(CellLink(url, "Mở"), 1)).active["A3"]

    assert (cell.value, cell.hyperlink) == ("Mở", None)


def test_write_xlsx_is_set_up_to_print():
    sheet = written(table("Sở A", 1)).active

    setup = sheet.page_setup
    assert (setup.paperSize, setup.orientation, setup.fitToWidth or 1, setup.fitToHeight) == (9, "landscape", 1, 0)
    assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.freeze_panes) == (True, "A3")
    assert sheet.print_title_rows == "$2:$2"


def test_write_xlsx_makes_lines_as_high_as_their_words():
    address = "https://vidu.example/" + "a" * 200
    wrapped = line(LineStyle.BODY, "Tuyên truyền, vận động Nhân dân hiến đất làm đường " * 3, 1)
    lines = (line(LineStyle.BODY, "Sở A", 1), wrapped, line(LineStyle.BODY, CellLink(address, address), 1))
    whole = line(LineStyle.NOTE, "Lời ghi chú dài đi sang các ô bên phải, không xuống dòng. " * 3)
    sheet = written(Table("Danh sách", (200, 60), (*lines, line(LineStyle.BODY, "n" * 30_000, 1), whole))).active

    heights = [sheet.row_dimensions[row].height for row in range(1, 6)]

    assert heights == [None, 90.75, None, HIGHEST, None]
    assert sheet["A2"].alignment.wrap_text
    assert not sheet["A3"].alignment.wrap_text


def wide(*widths: int, **how: int) -> Table:
    titles = line(LineStyle.HEADER, *(f"Cột {at}" for at, _ in enumerate(widths)))
    return Table("Danh sách", widths, (titles, line(LineStyle.BODY, *("a" for _ in widths))), **how)


def test_wide_table_is_printed_on_pages_across_that_name_the_unit():
    sheet = written(wide(90, 250, *[150] * 12, repeated_columns=2)).active

    assert (sheet.page_setup.scale, sheet.page_setup.pageOrder) == (72, "overThenDown")
    assert not sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.print_title_cols, sheet.print_title_rows) == ("$A:$B", "$1:$1")


def test_columns_that_would_leave_no_room_are_not_repeated():
    assert written(wide(600, 300, *[150] * 12, repeated_columns=2)).active.print_title_cols is None


def test_columns_that_are_not_printed_are_in_the_file():
    sheet = written(wide(90, 250, *[150] * 12, printed_columns=5)).active

    assert sheet.print_area == "'Danh sách'!$A$1:$E$2"
    assert (sheet.max_column, sheet.sheet_properties.pageSetUpPr.fitToPage) == (14, True)


@pytest.mark.parametrize(
    ("titles", "names"),
    [
        (("Cần sửa", "cần SỬA"), ["Cần sửa", "cần SỬA 2"]),
        (("a/b[c]:d*?", ""), ["a b c  d", "Sheet"]),
        (("n" * 40, "n" * 40), ["n" * 31, "n" * 29 + " 2"]),
        (("'x'", "\x00"), ["x", "\ufffd"]),
    ],
)
def test_write_xlsx_names_sheets_as_excel_takes_them(titles, names):
    assert written(*(table("a", 1, title=title) for title in titles)).sheetnames == names


def test_write_xlsx_draws_charts():
    chart = Chart("Tiến độ", 1, 3, 0, (1,))

    assert len(written(table("Sở A", 1, charts=(chart,))).active._charts) == 1


def test_label_of_a_link_beyond_those_that_excel_takes_stays_as_text():
    count = MOST_LINKS + 3
    links = [line(LineStyle.BODY, CellLink(f"https://vidu.example/{at}", f"Thôn {at}")) for at in range(count)]
    counts = {"Một": count, "Hai": 3}
    sheets = [Table(title, (200,), (line(LineStyle.HEADER, "Trang"), *links[:kept])) for title, kept in counts.items()]
    file = io.BytesIO()

    write_xlsx(sheets, file)

    # by another library than elsewhere: openpyxl takes five seconds for this file
    read = CalamineWorkbook.from_filelike(io.BytesIO(file.getvalue()))
    for title, kept in counts.items():
        labels = [row[0] for row in read.get_sheet_by_name(title).to_python(skip_empty_area=False)]
        assert labels == ["Trang", *[f"Thôn {at}" for at in range(kept)]]
