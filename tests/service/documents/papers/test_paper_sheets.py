"""Papers as workbooks: every word is in them, no row is cut, pages are A4 with a repeated header."""

from __future__ import annotations

import io

import openpyxl
import pytest

from service.documents.papers.docx_blocks import Cells, NewPage, Para
from service.documents.papers.paper_sheets import HIGHEST, write_sheets
from service.documents.text_size import line_starts
from service.domain.papers.records import Align, Figure, PaperColumn, PaperTable, Source, body, group, total
from service.domain.printed_tables import CellLink

COLUMNS = (PaperColumn("stt", "TT", 12, Align.CENTER), PaperColumn("ten", "Tên", 60), PaperColumn("chu", "Chữ", 178))


def a_table(*rows) -> PaperTable:
    return PaperTable("x", "", COLUMNS, (group("I. Khối"), *rows, total("", "Cộng", "")))


def opened(content: bytes):
    return openpyxl.load_workbook(io.BytesIO(content))


def test_sheet_is_ready_for_paper():
    content = write_sheets(
        "Thử", [NewPage(landscape=True), Para("BẢNG", "center", 15, bold=True), a_table(body("1", "a", "b"))]
    )
    sheet = opened(content).worksheets[0]

    assert sheet.page_setup.paperSize == 9
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.scale in (None, 100)
    assert sheet.print_title_rows == "$2:$2"
    assert "&P" in sheet.oddHeader.center.text
    fonts = {(cell.font.name, cell.font.size) for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert {name for name, _ in fonts} == {"Times New Roman"}
    assert min(size for _, size in fonts) >= 11


def test_row_too_high_for_a_sheet_goes_on_in_the_next():
    long = "một chữ dài " * 1500

    content = write_sheets("Thử", [NewPage(landscape=True), a_table(body("1", "đơn vị", long))])
    sheet = opened(content).worksheets[0]
    pieces = [row[2].value for row in sheet.iter_rows(min_row=3) if row[2].value]

    assert "".join(pieces) == long
    assert len(pieces) > 3
    assert max(one.height for one in sheet.row_dimensions.values() if one.height) <= HIGHEST
    assert sheet["B3"].value == "đơn vị"


@pytest.mark.parametrize("words", ["_x0041_", "=1+1", "0012", " hai  cách ", "a\nb", "https://vidu.example", "12"])
def test_word_is_what_it_was(words):
    content = write_sheets("Thử", [NewPage(landscape=False), Para(words), a_table(body("1", words, ""))])
    sheet = opened(content).worksheets[0]

    assert words.replace("_x0041_", "A") in {str(cell.value).replace("_x0041_", "A") for row in sheet for cell in row}


def test_head_is_side_by_side_and_pages_are_sheets():
    blocks = [
        NewPage(landscape=False),
        Cells(((Para("TỈNH ỦY"), Para("BAN")), (Para("ĐẢNG"),))),
        Para("Kính gửi"),
        NewPage(landscape=True),
        Para("DANH SÁCH"),
        a_table(body("1", "a", "b")),
    ]
    book = opened(write_sheets("Công văn: đôn đốc", blocks))

    assert book.sheetnames == ["Công văn đôn đốc", "DANH SÁCH"]
    assert [book.worksheets[0][cell].value for cell in ("A1", "B1", "A2", "A3")] == [
        "TỈNH ỦY",
        "ĐẢNG",
        "BAN",
        "Kính gửi",
    ]


def test_figures_lead_to_their_rows():
    figures = [Figure(1, "Hoạt động", (Source("Sở A", "S-A", "registration", 12, "Mít tinh"),))]
    book = opened(write_sheets("Thử", [NewPage(landscape=False), Para("a")], figures))
    rows = [[cell.value for cell in row] for row in book["Nguồn số liệu"].iter_rows()]

    assert rows[1][:3] == ["1", "Hoạt động", "1"]
    assert rows[2][3:] == ["Sở A", "registration", "12", "Mít tinh"]


def test_lines_are_counted_on_the_safe_side():
    assert line_starts("", 50, 11) == [0]
    assert len(line_starts("một\nhai\n", 50, 11)) == 3
    assert len(line_starts("m" * 100, 50, 11)) > 4
    words = "Văn phòng Đoàn đại biểu Quốc hội và Hội đồng nhân dân tỉnh"
    starts = line_starts(words, 36, 11)
    assert 2 <= len(starts) <= 4
    assert all(words[start - 1] == " " for start in starts[1:])


def test_sources_have_room_on_a_page_across_and_their_links_cut_no_name():
    link = CellLink("https://vidu.example/a", "a")
    figures = (Figure(1, "Hoạt động", (Source("Sở Công Thương", "S-CT", "Đăng ký hoạt động", 12, "Hội nghị", link),)),)
    sheet = opened(write_sheets("Thử", [NewPage(landscape=False), Para("a")], figures))["Nguồn số liệu"]

    assert sum(sheet.column_dimensions[letter].width * 7 + 5 for letter in "ABCDEFG") * 25.4 / 96 < 250
    assert sheet.page_setup.orientation == "landscape"
    assert [cell.coordinate for cell in sheet[3] if cell.hyperlink] == ["A3"]
