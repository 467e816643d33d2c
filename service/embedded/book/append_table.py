"""The table that values.append finds."""

from collections.abc import Sequence

from service.embedded.book.open_book import SheetTab
from service.embedded.book.ranges import GridArea
from service.embedded.book.sheet_grid import Value

Lines = dict[int, Sequence[Value]]  # the values of each row that holds anything


def find(sheet: SheetTab, area: GridArea) -> GridArea | None:
    """Return the last table that begins or reaches into an area, or None when there is no value in it."""
    lines: Lines = {number: row.values for number, row in sheet.grid.rows()}
    columns = area.columns
    inside = (number for number in reversed(lines) if number in area.rows)
    row = next((number for number in inside if _holds(lines[number], columns.start, columns.stop)), None)
    if row is None:
        return None
    values = lines[row]
    # Google takes the last of several tables side by side: a row with a gap is appended below what comes after the gap.
    last = min(columns.stop, len(values)) - 1
    column = next(at for at in range(last, columns.start - 1, -1) if values[at] is not None)
    return _grown(GridArea(sheet.sheet_id, row, row + 1, column, column + 1), lines)


def _holds(values: Sequence[Value], start: int, stop: int) -> bool:
    return any(value is not None for value in values[max(0, start) : stop])


def _grown(table: GridArea, lines: Lines) -> GridArea:
    """Return a table with the rows around it that touch it, corners too, and the columns beside it, until none does."""
    top, bottom, left, right = table.rows.start, table.rows.stop, table.columns.start, table.columns.stop
    while True:
        while _holds(lines.get(top - 1, ()), left - 1, right + 1):
            top -= 1
        while _holds(lines.get(bottom, ()), left - 1, right + 1):
            bottom += 1
        beside = [lines[row] for row in range(top, bottom) if row in lines]
        wider = left - any(_holds(values, left - 1, left) for values in beside if left)
        longer = right + any(_holds(values, right, right + 1) for values in beside)
        if (wider, longer) == (left, right):
            return GridArea(table.sheet_id, top, bottom, left, right)
        left, right = wider, longer
