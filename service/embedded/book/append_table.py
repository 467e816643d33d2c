"""The table that values.append finds."""

from service.embedded.book.open_book import SheetTab
from service.embedded.book.ranges import GridArea

Occupied = dict[int, set[int]]


def find(sheet: SheetTab, area: GridArea) -> GridArea | None:
    """Return the last table that begins or reaches into an area, or None when there is no value in it."""
    occupied = _occupied(sheet)
    inside = [row for row in occupied if row in area.rows and any(column in area.columns for column in occupied[row])]
    if not inside:
        return None
    row = max(inside)
    column = min(column for column in occupied[row] if column in area.columns)
    return _grown(GridArea(sheet.sheet_id, row, row + 1, column, column + 1), occupied)


def _occupied(sheet: SheetTab) -> Occupied:
    occupied: Occupied = {}
    for number, row in sheet.grid.rows():
        columns = {column for column, value in enumerate(row.values) if value is not None}
        if columns:
            occupied[number] = columns
    return occupied


def _grown(table: GridArea, occupied: Occupied) -> GridArea:
    while True:
        rows, columns = table.rows, table.columns
        around = range(columns.start - 1, columns.stop + 1)
        top = rows.start - _touches(occupied, rows.start - 1, around)
        bottom = rows.stop + _touches(occupied, rows.stop, around)
        beside = range(top, bottom)
        left = columns.start - _column_touches(occupied, beside, columns.start - 1)
        right = columns.stop + _column_touches(occupied, beside, columns.stop)
        grown = GridArea(table.sheet_id, top, bottom, left, right)
        if grown == table:
            return table
        table = grown


def _touches(occupied: Occupied, row: int, columns: range) -> int:
    return int(any(column in columns for column in occupied.get(row, ())))


def _column_touches(occupied: Occupied, rows: range, column: int) -> int:
    return int(any(column in occupied.get(row, ()) for row in rows))
