"""The table that values.append finds."""

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field

from service.embedded.book.open_book import SheetTab
from service.embedded.book.ranges import GridArea

Lines = dict[int, list[int]]


@dataclass(slots=True)
class _Occupied:
    """Which cells hold a value: the columns of each row and the rows of each column, in order."""

    columns_of: Lines = field(default_factory=lambda: defaultdict(list))
    rows_of: Lines = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, sheet: SheetTab) -> "_Occupied":
        found = cls()
        for number, row in sheet.grid.rows():
            for column, value in enumerate(row.values):
                if value is not None:
                    found.columns_of[number].append(column)
                    found.rows_of[column].append(number)
        return found


def find(sheet: SheetTab, area: GridArea) -> GridArea | None:
    """Return the last table that begins or reaches into an area, or None when there is no value in it."""
    occupied = _Occupied.of(sheet)
    inside = [row for row, columns in occupied.columns_of.items() if row in area.rows and _has(columns, area.columns)]
    if not inside:
        return None
    row = max(inside)
    columns = occupied.columns_of[row]
    # Google takes the last of several tables side by side: a row with a gap is appended below what comes after the gap.
    column = columns[bisect_left(columns, area.columns.stop) - 1]
    return _grown(GridArea(sheet.sheet_id, row, row + 1, column, column + 1), occupied)


def _has(line: list[int], span: range) -> bool:
    at = bisect_left(line, span.start)
    return at < len(line) and line[at] < span.stop


def _grown(table: GridArea, occupied: _Occupied) -> GridArea:
    while True:
        rows, columns = table.rows, table.columns
        around = range(columns.start - 1, columns.stop + 1)
        top = rows.start - _has(occupied.columns_of.get(rows.start - 1, []), around)
        bottom = rows.stop + _has(occupied.columns_of.get(rows.stop, []), around)
        beside = range(top, bottom)
        left = columns.start - _has(occupied.rows_of.get(columns.start - 1, []), beside)
        right = columns.stop + _has(occupied.rows_of.get(columns.stop, []), beside)
        grown = GridArea(table.sheet_id, top, bottom, left, right)
        if grown == table:
            return table
        table = grown
