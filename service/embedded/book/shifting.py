"""Cells put in and taken out of an area, their neighbours shifting; the grid keeps its size."""

from service.embedded.api_errors import RefusedError
from service.embedded.book import cut_cells
from service.embedded.book.open_book import Book, SheetTab
from service.embedded.book.ranges import Axis, GridArea, grid_area
from service.embedded.book.request_work import STEPS_OF_MERGE


def insert(book: Book, sheet: SheetTab, area: GridArea, axis: Axis) -> None:
    """Make room at an area; what is pushed off the grid's end makes the grid grow."""
    book.work.spend(sheet.grid.whole_size // 10)
    rest = _beyond(sheet, area, axis, start_inside=True)
    _check_merges(book, sheet, rest)
    _grow(sheet, rest, axis, len(area.rows) if axis == "ROWS" else len(area.columns))
    book.work.spend(6 * len(rest.rows) * len(rest.columns))
    cells = cut_cells.lift(sheet, rest)
    cut_cells.wipe(sheet, rest)
    top = rest.rows.start + (len(area.rows) if axis == "ROWS" else 0)
    left = rest.columns.start + (len(area.columns) if axis == "COLUMNS" else 0)
    cut_cells.put_all(sheet, top, left, cells)


def delete(book: Book, sheet: SheetTab, area: GridArea, axis: Axis) -> None:
    """Fill an area with what lies beyond it."""
    book.work.spend(sheet.grid.whole_size // 10)
    rest = _beyond(sheet, area, axis, start_inside=False)
    _check_merges(book, sheet, _beyond(sheet, area, axis, start_inside=True))
    book.work.spend(6 * len(rest.rows) * len(rest.columns) + 3 * len(area.rows) * len(area.columns))
    cells = cut_cells.lift(sheet, rest)
    cut_cells.wipe(sheet, area)
    cut_cells.wipe(sheet, rest)
    cut_cells.put_all(sheet, area.rows.start, area.columns.start, cells)


def _beyond(sheet: SheetTab, area: GridArea, axis: Axis, *, start_inside: bool) -> GridArea:
    if axis == "ROWS":
        top = area.rows.start if start_inside else area.rows.stop
        used = max([*sheet.grid.numbers(), top - 1]) + 1
        return GridArea(area.sheet_id, top, used, area.left, area.right)
    left = area.columns.start if start_inside else area.columns.stop
    used = max([left, *(max(len(row.values), len(row.styles)) for _, row in sheet.grid.rows())])
    return GridArea(area.sheet_id, area.top, area.bottom, left, used)


def _grow(sheet: SheetTab, rest: GridArea, axis: Axis, count: int) -> None:
    rows = max(sheet.row_count, rest.rows.stop + count) if axis == "ROWS" and rest.rows else sheet.row_count
    columns = sheet.column_count
    if axis == "COLUMNS" and rest.columns:
        columns = max(columns, rest.columns.stop + count)
    sheet.resize(rows, columns)


def _check_merges(book: Book, sheet: SheetTab, area: GridArea) -> None:
    for entry in book.work.over(sheet.parts.get("merges", []), STEPS_OF_MERGE):
        merged = grid_area(entry)
        if merged.intersects(area):
            raise RefusedError("The embedded server does not shift merged cells.")
