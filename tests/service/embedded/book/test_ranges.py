import pytest

from service.embedded.api_errors import RefusedError
from service.embedded.book import ranges
from service.embedded.book.ranges import GridArea


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("A1", (0, 1, 0, 1)),
        ("$B$3", (2, 3, 1, 2)),
        ("A1:B2", (0, 2, 0, 2)),
        ("B2:A1", (0, 2, 0, 2)),
        ("a1:c", (0, None, 0, 3)),
        ("A5:A", (4, None, 0, 1)),
        ("A:C", (None, None, 0, 3)),
        ("2:3", (1, 3, None, None)),
        ("ZZZ1", (0, 1, 18_277, 18_278)),
        ("R2C3", (1, 2, 2, 3)),
        ("R1C1:R2C2", (0, 2, 0, 2)),
    ],
)
def test_cells_are_read(text, bounds):
    assert ranges.parse_cells(text) == bounds


@pytest.mark.parametrize(
    "text", ["", "A", "1", "A0", "0:1", "A1:", ":A1", "A1:B2:C3", "AAAA1", "Sheet1", "A-1", "R0C1", "1A", "A1!", "Đ1"]
)
def test_text_that_names_no_cells(text):
    assert ranges.parse_cells(text) is None


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Sheet1!A1", ("Sheet1", "A1")),
        ("'Sở ''A''!'!A1:B2", ("Sở 'A'!", "A1:B2")),
        ("'x'", ("x", None)),
        ("A1", (None, "A1")),
        ("a!b!C1", ("a!b", "C1")),
        ("'dòng\nmới'!A1", ("dòng\nmới", "A1")),
    ],
)
def test_title_is_split_from_cells(text, parts):
    assert ranges.split_a1(text) == parts


@pytest.mark.parametrize("title", ["Sở Y tế", "A1", "R1C1", "it's", "a!b", "2023", "Sheet 1"])
def test_title_that_needs_quotes(title):
    assert ranges.split_a1(ranges.quoted(title) + "!A1") == (title, "A1")
    assert ranges.quoted(title).startswith("'")


def test_letters_and_numbers_of_columns_agree():
    for column in (0, 25, 26, 701, 702, 18_277):
        assert ranges.column_number(ranges.column_letters(column)) == column


@pytest.mark.parametrize(
    ("given", "area"),
    [
        ({}, GridArea(0)),
        ({"sheetId": 5, "startRowIndex": 1}, GridArea(5, 1)),
        ({"startRowIndex": 1, "endRowIndex": 2, "startColumnIndex": 3, "endColumnIndex": 4}, GridArea(0, 1, 2, 3, 4)),
    ],
)
def test_grid_range_is_an_area_and_back(given, area):
    assert ranges.grid_area(given) == area
    assert ranges.grid_range(area) == given


@pytest.mark.parametrize(
    "given", [{"startRowIndex": -1}, {"startRowIndex": 2, "endRowIndex": 1}, {"endColumnIndex": -5}]
)
def test_grid_range_turned_round_is_refused(given):
    with pytest.raises(RefusedError):
        ranges.grid_area(given)


def test_area_minus_another_leaves_what_lies_around():
    whole = GridArea(0, 0, 4, 0, 4)

    assert whole.minus(GridArea(0, 1, 2, 1, 2)) == [
        GridArea(0, 0, 1, 0, 4), GridArea(0, 2, 4, 0, 4), GridArea(0, 1, 2, 0, 1), GridArea(0, 1, 2, 2, 4),
    ]  # fmt: skip
    assert whole.minus(GridArea(0)) == []
    assert whole.minus(GridArea(1)) == [whole]
