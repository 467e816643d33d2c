"""Tables and their fingerprints: what the board sees decides, not when."""

import pytest

from service.domain import tables
from service.domain.tables import LineStyle, Link, Table, line

TABLE = Table(
    "Bảng",
    (50, 100),
    (
        line(LineStyle.TITLE, "Tên"),
        line(LineStyle.STAMP, "Thay đổi lần cuối: 8:00"),
        line(LineStyle.HEADER, "TT", "Đơn vị"),
        line(LineStyle.BODY, 1, Link("http://x/1", "Mở")),
    ),
)


def changed(index, *values):
    lines = list(TABLE.lines)
    lines[index] = line(lines[index].style, *values)
    return Table(TABLE.title, TABLE.widths, tuple(lines))


def test_stamp_is_not_content():
    assert changed(1, "Thay đổi lần cuối: 9:00").fingerprint() == TABLE.fingerprint()


@pytest.mark.parametrize(
    "other",
    [
        changed(0, "Tên khác"),
        changed(3, 2, Link("http://x/1", "Mở")),
        changed(3, 1, Link("http://x/2", "Mở")),
        changed(3, 1, Link("http://x/1", "Xem")),
        changed(3, "1", Link("http://x/1", "Mở")),
        changed(3, 1, "Mở"),
        Table("Khác", TABLE.widths, TABLE.lines),
        Table(TABLE.title, (50, 101), TABLE.lines),
        Table(TABLE.title, TABLE.widths, TABLE.lines[:-1]),
        Table(TABLE.title, TABLE.widths, (*TABLE.lines, line(LineStyle.BLANK))),
    ],
)
def test_content_changes_the_fingerprint(other):
    assert other.fingerprint() != TABLE.fingerprint()
    assert tables.fingerprint([TABLE, other]) != tables.fingerprint([TABLE, TABLE])


def test_order_of_sheets_is_content():
    other = changed(0, "Khác")

    assert tables.fingerprint([TABLE, other]) != tables.fingerprint([other, TABLE])


def test_torn_characters_have_a_fingerprint():
    assert changed(0, "\ud800").fingerprint() != TABLE.fingerprint()


def test_header_is_the_first_one():
    assert (TABLE.header_index, TABLE.column_count) == (2, 2)
    assert Table("x", (1,), ()).header_index is None
