"""Addresses and merges of a grid."""

import pytest

from sheets_schema.grid import Grid, Merge, a1, column_letters


@pytest.mark.parametrize(("column", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (702, "AAA")])
def test_column_letters_go_past_z(column, letters):
    assert column_letters(column) == letters


def test_a1_counts_rows_from_one():
    assert a1(9, 2) == "C9"


def test_text_is_blank_beyond_the_edge_of_a_ragged_row():
    grid = Grid((("a", "b"), ("c",)))

    assert [grid.text(1, 0), grid.text(1, 1), grid.text(7, 0), grid.text(-1, 0)] == ["c", "", "", ""]


def test_merged_downwards_counts_from_the_first_row_read():
    grid = Grid((("a",), ("",), ("",)), (Merge(4, 6, 0, 2),), first_row=5)

    assert grid.merged_downwards() == {(1, 0): 0}


def test_merged_downwards_ends_with_the_rows_read():
    grid = Grid((("a",), ("",)), (Merge(0, 1_000_000, 0, 1),))

    assert grid.merged_downwards() == {(1, 0): 0}
