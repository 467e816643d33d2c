"""The record of a row as it is on a tab."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from sheets_schema.grid import Grid
from sheets_schema.problems import Problem, ProblemPlace
from sheets_schema.reading.row_kinds import RowKind

NO_TEXTS: Mapping[str, str] = MappingProxyType({})


class Row(NamedTuple):  # one for every line of every tab: a tuple is made fast
    """One row: `texts` as typed, `values` after merges and "như trên", `letters` of the columns, all by column key.

    `days` is what cells that hold a date mean, however they show it.
    """

    number: int  # the sheet's own row number
    kind: RowKind
    texts: Mapping[str, str]
    values: Mapping[str, str]
    letters: Mapping[str, str]
    key: str = ""  # II.1, or a free row's key
    unit: str = ""  # where one file carries several units' rows
    filled: bool = True  # the unit typed something of its own here
    below_signature: bool = False
    days: Mapping[str, str] = NO_TEXTS

    def text(self, key: str) -> str:
        """Return what was typed in a column, blank if the tab lacks it."""
        return self.texts.get(key, "")

    def value(self, key: str) -> str:
        """Return a column's value after merges and "như trên", blank if the tab lacks it."""
        return self.values.get(key, "")

    def cell(self, key: str) -> str:
        """Return the A1 address of a column's cell, blank if the tab lacks the column."""
        return f"{self.letters[key]}{self.number}" if key in self.letters else ""

    @property
    def first_cell(self) -> str:
        """The A1 address of the first cell that is in a column of the form; blank without any."""
        return self.cell(next(iter(self.letters), ""))

    def place(self, key: str = "") -> ProblemPlace:
        """Return the place of a problem of this row; one of the whole row is shown at its first cell."""
        return ProblemPlace(key, self.number, self.cell(key) or self.first_cell)


@dataclass(frozen=True, slots=True)
class TableRows:
    """What is read below a header."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...] = ()


def unit_of(grid: Grid, index: int, column: int | None, covered: Mapping[tuple[int, int], int]) -> str:
    """Return the unit that a row names in its own column, or in a cell merged over several rows; blank without one."""
    if column is None:
        return ""
    return (grid.text(index, column) or grid.text(covered.get((index, column), index), column)).strip()
