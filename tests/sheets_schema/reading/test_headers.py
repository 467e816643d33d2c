"""Finding the header row."""

import unicodedata

import pytest

from sheets_schema.campaign import Column, ColumnRole, Form, TableKind
from sheets_schema.grid import Grid, Merge
from sheets_schema.reading.headers import find_header, titles_of
from tests.sent_forms import TITLES

KEYS = ("stt", "ten", "thoi_gian", "quy_mo", "doi_tuong", "muc_tieu", "ghi_chu")
ROLES = (
    ColumnRole.ORDINAL,
    ColumnRole.NAME,
    ColumnRole.PERIOD,
    ColumnRole.SCALE,
    ColumnRole.TARGET,
    ColumnRole.GOAL,
    ColumnRole.NOTE,
)
FORM = Form(
    "f",
    "1",
    "F",
    TableKind.OPEN,
    tuple(
        Column(key, title, role, aliases=("TT",) if key == "stt" else ())
        for key, title, role in zip(KEYS, TITLES, ROLES, strict=True)
    ),
    (),
    (),
)


def columns_of(*rows, merges=()):
    header = find_header(FORM, Grid(tuple(rows), merges))
    return header and {key: column for column, key in header.columns.items()}


def test_header_is_found_below_other_lines():
    header = find_header(FORM, Grid((("SỞ X",), (), ("DANH SÁCH",), TITLES, ("1", "a"))))

    assert (header.start, header.end) == (3, 4)
    assert [header.columns[index] for index in range(7)] == list(KEYS)


@pytest.mark.parametrize(
    "change",
    [
        str.upper,
        str.lower,
        lambda title: title.replace(" ", "\n"),
        lambda title: unicodedata.normalize("NFD", title),
        lambda title: f"  {title} :",
        lambda title: title.replace(",", " ,"),
        lambda title: title.replace("oá", "óa"),
    ],
)
def test_header_is_found_however_it_is_written(change):
    assert columns_of(tuple(map(change, TITLES))) == dict(zip(KEYS, range(7), strict=True))


def test_header_is_found_with_columns_moved():
    assert columns_of(tuple(reversed(TITLES)))["thoi_gian"] == 4


def test_header_is_found_with_a_column_missing():
    assert "quy_mo" not in columns_of(TITLES[:3] + TITLES[4:])


@pytest.mark.parametrize(
    ("short", "key"),
    [
        ("TT", "stt"),
        ("Nội dung hoạt động", "ten"),
        ("Thời gian", "thoi_gian"),
        ("Thời gian triển khai", "thoi_gian"),
        ("Phạm vi triển khai", "quy_mo"),
        ("Đối tượng", "doi_tuong"),
        ("Kết quả dự kiến", "muc_tieu"),
        ("Ghi chú (nếu có)", "ghi_chu"),
        ("thoi_gian", "thoi_gian"),
        ("unit_code", "unit_code"),
    ],
)
def test_title_is_recognised_shortened_or_lengthened(short, key):
    assert titles_of(FORM).key_of(short) == key


@pytest.mark.parametrize("cell", ["", "triển khai", "1", "Tuyên truyền", "hoạt", "x" * 50_000])
def test_title_is_not_recognised_where_it_fits_none_or_several(cell):
    assert titles_of(FORM).key_of(cell) is None


def test_header_over_two_merged_rows_ends_below_both():
    merges = tuple(Merge(0, 2, column, column + 1) for column in range(7))

    assert find_header(FORM, Grid((TITLES, ("",) * 7, ("1", "a")), merges)).end == 2


def test_header_over_two_rows_takes_titles_of_the_second():
    upper = ("Stt", "Tên nội dung, hoạt động", "Thời gian", "Quy mô", "Kế hoạch", "", "Ghi chú")
    lower = ("", "", "", "", "Đối tượng", "Mục tiêu", "")

    header = find_header(FORM, Grid((upper, lower, ("1", "a"))))

    assert header.end == 2
    assert {header.columns[4], header.columns[5]} == {"doi_tuong", "muc_tieu"}


FIRST = ("1", "Ra quân vệ sinh", "15/10/2023", "Toàn tỉnh", "Hội viên", "300 hộ", "", "", "")


@pytest.mark.parametrize(
    ("titles", "merge"),
    [
        ((*TITLES, "", "Ý kiến của Ban"), Merge(0, 2, 8, 9)),  # beside the table
        (TITLES, Merge(0, 2, 6, 7)),  # of a title without words below it
        ((*TITLES[:5], "", TITLES[6]), Merge(5, 6, 0, 1)),  # the first row's words are a title's: "Kết quả dự kiến"
    ],
)
def test_first_row_of_the_table_is_none_of_the_header(titles, merge):
    first = FIRST if titles[5] else (*FIRST[:5], "Kết quả dự kiến", "")

    assert find_header(FORM, Grid((titles, first), (merge,))).end == 1


def test_header_is_none_where_there_is_none():
    assert columns_of(("a", "b"), ("1", "Tuyên truyền", "Tháng 10")) is None
