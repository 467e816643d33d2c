"""What is on a tab as it was read: texts and merges, and how cells are addressed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Merge:
    """Merged cells; zero-based rows and columns of the sheet, half-open, as the Sheets API gives them."""

    start_row: int
    end_row: int
    start_column: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Grid:
    """The texts of a tab: `cells[0]` is sheet row `first_row`; rows may be ragged."""

    cells: tuple[tuple[str, ...], ...]
    merges: tuple[Merge, ...] = ()
    first_row: int = 1

    def text(self, index: int, column: int) -> str:
        """Return a cell's text, blank beyond the edge; `index` counts from the first row read."""
        if not 0 <= index < len(self.cells):
            return ""
        row = self.cells[index]
        return row[column] if 0 <= column < len(row) else ""

    def address(self, index: int, column: int) -> str:
        """Return a cell's A1 address on the sheet."""
        return a1(self.first_row + index, column)

    def merged_downwards(self) -> dict[tuple[int, int], int]:
        """Map (row index, column) of a cell covered by a merge from above to the row index of its text."""
        covered: dict[tuple[int, int], int] = {}
        for merge in self.merges:
            top = merge.start_row - (self.first_row - 1)
            end = min(merge.end_row - (self.first_row - 1), len(self.cells))
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
