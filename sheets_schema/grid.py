"""What is on a tab as it was read: texts and merges, and how cells are addressed."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

NO_DAYS: Mapping[tuple[int, int], str] = MappingProxyType({})


class Merge(NamedTuple):
    """Merged cells; zero-based rows and columns of the sheet, half-open, as the Sheets API gives them."""

    start_row: int
    end_row: int
    start_column: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Gap:
    """A long run of blank rows that a grid leaves out: it is before the row at `index`."""

    index: int
    first_row: int
    count: int

    @property
    def last_row(self) -> int:
        """Return the last blank row, as people count rows."""
        return self.first_row + self.count - 1


@dataclass(frozen=True, slots=True)
class Grid:
    """The texts of a tab: `cells[0]` is sheet row `first_row`; rows may be ragged.

    `days` gives, by row index and column, what a cell that holds a date means ("15/10/2023", "10/2023"), however it is
    shown.
    """

    cells: tuple[tuple[str, ...], ...]
    merges: tuple[Merge, ...] = ()
    first_row: int = 1
    gaps: tuple[Gap, ...] = ()
    days: Mapping[tuple[int, int], str] = field(default_factory=lambda: NO_DAYS)

    def text(self, index: int, column: int) -> str:
        """Return a cell's text, blank beyond the edge; `index` counts from the first row read."""
        if not 0 <= index < len(self.cells):
            return ""
        row = self.cells[index]
        return row[column] if 0 <= column < len(row) else ""

    def row_number(self, index: int) -> int:
        """Return the number a row has on the sheet."""
        before = bisect_right(self.gaps, index, key=lambda gap: gap.index) if self.gaps else 0
        if not before:
            return self.first_row + index
        gap = self.gaps[before - 1]
        return gap.last_row + 1 + index - gap.index

    def index_of(self, number: int) -> int:
        """Return the index of the first row at or below a row of the sheet."""
        if not self.gaps:
            return max(0, number - self.first_row)
        return bisect_left(range(len(self.cells)), number, key=self.row_number)

    def address(self, index: int, column: int) -> str:
        """Return a cell's A1 address on the sheet."""
        return a1(self.row_number(index), column)

    def merged_downwards(self) -> dict[tuple[int, int], int]:
        """Map (row index, column) of a cell covered by a merge from above to the row index of its text."""
        covered: dict[tuple[int, int], int] = {}
        for merge in self.merges:
            top = self.index_of(merge.start_row + 1)
            end = min(self.index_of(merge.end_row + 1), len(self.cells))
            for index in range(top + 1, end):
                covered[index, merge.start_column] = top
        return covered


def a1(row: int, column: int) -> str:
    """Address a cell by its sheet row, counted from 1, and its zero-based column."""
    return f"{column_letters(column)}{row}"


def place_of(address: str) -> tuple[int, int]:
    """Return the sheet row, counted from 1, and the zero-based column of an A1 address."""
    letters = address.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(address[len(letters) :]), column - 1


def column_letters(column: int) -> str:
    """Name a zero-based column: A … Z, AA …"""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
