"""Cells read from a grid and written to another place: value, style and extras."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from service.embedded.api_errors import Json
from service.embedded.book.open_book import SheetTab
from service.embedded.book.ranges import GridArea
from service.embedded.book.sheet_grid import Value
from service.embedded.book.styles import PLAIN


@dataclass(slots=True)
class Cell:
    """One cell by itself."""

    value: Value = None
    style: int = PLAIN
    extra: Json = field(default_factory=dict)


def cell_at(sheet: SheetTab, row: int, column: int) -> Cell:
    """Return a cell."""
    grid = sheet.grid
    return Cell(grid.value(row, column), grid.style(row, column), dict(grid.beside(row, column)))


def put(sheet: SheetTab, row: int, column: int, cell: Cell) -> None:
    """Write a cell."""
    sheet.grid.set_value(row, column, cell.value)
    sheet.grid.set_style(row, column, cell.style)
    sheet.grid.set_extra(row, column, cell.extra)


def lift(sheet: SheetTab, area: GridArea) -> list[list[Cell]]:
    """Return an area's cells by rows."""
    sheet.grid.load(area.rows.start, area.rows.stop)
    return [[cell_at(sheet, row, column) for column in area.columns] for row in area.rows]


def lift_values(sheet: SheetTab, area: GridArea) -> list[list[Value]]:
    """Return the values of an area's cells by rows."""
    sheet.grid.load(area.rows.start, area.rows.stop)
    width, lines = len(area.columns), []
    for number in area.rows:
        row = sheet.grid.row(number)
        values = row.values[area.columns.start : area.columns.stop] if row is not None else []
        lines.append(values + [None] * (width - len(values)))
    return lines


def wipe(sheet: SheetTab, area: GridArea) -> None:
    """Empty an area altogether."""
    for row in sheet.grid.numbers_between(area.rows.start, area.rows.stop):
        for column in area.columns:
            put(sheet, row, column, Cell())


def put_all(sheet: SheetTab, top: int, left: int, rows: Iterable[Iterable[Cell]]) -> None:
    """Write cells from a corner on; cells beyond the grid are dropped."""
    for row, cells in enumerate(rows, start=top):
        for column, cell in enumerate(cells, start=left):
            if row < sheet.row_count and column < sheet.column_count:
                put(sheet, row, column, cell)
