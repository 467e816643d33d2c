"""Tables and their fingerprints: what the board sees decides, not when."""

import pytest

from service.domain import printed_tables
from service.domain.printed_tables import CellLink, Chart, LineStyle, Ordinal, Sheet, Table, fixed, line

LINES = (
    line(LineStyle.TITLE, "Tên"),
    line(LineStyle.STAMP, "Thay đổi lần cuối: 8:00"),
    line(LineStyle.HEADER, "TT", "Đơn vị"),
    line(LineStyle.BODY, 1, CellLink("http://x/1", "Mở")),
)
SHEET = Sheet("Bảng", (50, 100), (fixed("top", LINES),))


def changed(index, *values):
    lines = list(LINES)
    lines[index] = line(lines[index].style, *values)
    return Sheet(SHEET.title, SHEET.widths, (fixed("top", lines),))


def print_of(*sheets):
    return printed_tables.fingerprint(sheets)


def test_stamp_is_not_content():
    assert print_of(changed(1, "Thay đổi lần cuối: 9:00")) == print_of(SHEET)


@pytest.mark.parametrize(
    "other",
    [
        changed(0, "Tên khác"),
        changed(3, 2, CellLink("http://x/1", "Mở")),
        changed(3, 1, CellLink("http://x/2", "Mở")),
        changed(3, 1, CellLink("http://x/1", "Xem")),
        changed(3, "1", CellLink("http://x/1", "Mở")),
        changed(3, Ordinal(1), CellLink("http://x/1", "Mở")),
        changed(3, 1, "Mở"),
        Sheet("Khác", SHEET.widths, SHEET.blocks),
        Sheet(SHEET.title, (50, 101), SHEET.blocks),
        Sheet(SHEET.title, SHEET.widths, SHEET.blocks, frozenset({1})),
        Sheet(SHEET.title, SHEET.widths, SHEET.blocks, charts=(Chart("Biểu đồ", 0, 2, 0, (1,)),)),
        Sheet(SHEET.title, SHEET.widths, (fixed("top", LINES[:-1]),)),
        Sheet(SHEET.title, SHEET.widths, (fixed("top", (*LINES, line(LineStyle.BLANK))),)),
        Sheet(SHEET.title, SHEET.widths, (fixed("other", LINES),)),
    ],
)
def test_content_changes_the_fingerprint(other):
    assert print_of(other) != print_of(SHEET)
    assert print_of(SHEET, other) != print_of(SHEET, SHEET)


def test_order_of_sheets_is_content():
    other = changed(0, "Khác")

    assert print_of(SHEET, other) != print_of(other, SHEET)


def test_torn_characters_have_a_fingerprint():
    assert print_of(changed(0, "\ud800")) != print_of(SHEET)


def test_numbers_are_counted_from_the_lines_above():
    lines = (line(LineStyle.HEADER, "TT"), line(LineStyle.BODY, Ordinal(1)), line(LineStyle.BODY, Ordinal(1)))

    table = Sheet("x", (1,), (fixed("top", lines),)).table()

    assert [item.values for item in table.lines] == [("TT",), (1,), (2,)]


def test_header_is_the_first_one():
    table = SHEET.table()

    assert (table.header_index, table.column_count) == (2, 2)
    assert Table("x", (1,), ()).header_index is None
