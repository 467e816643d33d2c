"""The table that values.append finds."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence

from service.embedded.book.ranges import GridArea
from service.embedded.book.request_work import Spend
from service.embedded.book.sheet_grid import Value

Lines = Mapping[int, Sequence[Value]]  # the values of each row that holds any, in order


def find(lines: Lines, area: GridArea, spend: Spend) -> GridArea | None:
    """Return the last table that begins or reaches into an area of a tab, or None when there is no value in it.

    The rows and cells that are looked at are work.
    """
    spend(sum(map(len, lines.values()), len(lines)) // 3)
    rows, columns = area.rows, area.columns
    numbers = list(lines)
    inside = reversed(numbers[bisect_left(numbers, rows.start) : bisect_left(numbers, rows.stop)])
    row = next((number for number in inside if _holds(lines[number], columns.start, columns.stop)), None)
    if row is None:
        return None
    values = lines[row]
    # Google takes the last of several tables side by side: a row with a gap is appended below what comes after the gap.
    last = min(columns.stop, len(values)) - 1
    column = next(at for at in range(last, columns.start - 1, -1) if values[at] is not None)
    return _grown(GridArea(area.sheet_id, row, row + 1, column, column + 1), lines)


def _holds(values: Sequence[Value], start: int, stop: int) -> bool:
    part = values[max(0, start) : stop]
    return part.count(None) < len(part)


def _grown(table: GridArea, lines: Lines) -> GridArea:
    """Return a table with the rows around it that touch it, corners too, and the columns beside it, until none does."""
    top, bottom, left, right = table.rows.start, table.rows.stop, table.columns.start, table.columns.stop
    beside: list[Sequence[Value]] = []
    widest = 0
    while True:
        top = _last_held(lines, top, -1, max(0, left - 1), right + 1)
        bottom = _last_held(lines, bottom - 1, 1, max(0, left - 1), right + 1) + 1
        if len(beside) < bottom - top:
            beside = [lines.get(row, ()) for row in range(top, bottom)]
            widest = max(map(len, beside))
        wider = left - (left > 0 and _holds_at(beside, left - 1))
        longer = right + (right < widest and _holds_at(beside, right))
        if (wider, longer) == (left, right):
            return GridArea(table.sheet_id, top, bottom, left, right)
        left, right = wider, longer


def _last_held(lines: Lines, row: int, step: int, start: int, stop: int) -> int:
    """Return the last row up or down from one before the first that holds nothing in a span of columns."""
    while True:
        part = lines.get(row + step, ())[start:stop]
        if part.count(None) == len(part):
            return row
        row += step


def _holds_at(lines: list[Sequence[Value]], column: int) -> bool:
    return any(len(values) > column and values[column] is not None for values in lines)
