"""What requests name, checked: areas within the grid, spans of rows and columns, entries by id."""

from service.embedded.api_errors import Json, RefusedError
from service.embedded.book import ranges
from service.embedded.book.open_book import Book, SheetTab
from service.embedded.book.ranges import Axis, GridArea


def area(book: Book, given: Json, key: str = "range") -> tuple[SheetTab, GridArea]:
    """Return the sheet and the bounded area of a GridRange that must be given; it may reach beyond the grid's end."""
    if key not in given:
        raise RefusedError(f"{key} must be specified.")
    wanted = ranges.grid_area(given[key])
    sheet = book.sheet(wanted.sheet_id)
    return sheet, ranges.clipped(wanted, sheet)


def editable(book: Book, given: Json, key: str = "range") -> tuple[SheetTab, GridArea]:
    """Return the same, after checking the protections."""
    sheet, wanted = area(book, given, key)
    book.guard(wanted)
    return sheet, wanted


def cell_by_cell(book: Book, area: GridArea, steps: int = 1) -> GridArea:
    """Return an area that is small enough to be worked through cell by cell, or refuse."""
    book.work.spend(steps * len(area.rows) * len(area.columns))
    return area


def row_by_row(book: Book, area: GridArea) -> GridArea:
    """Return an area that is small enough to be worked through by whole rows, or refuse."""
    book.work.spend(len(area.rows) * (3 + len(area.columns) // 5))
    return area


def kept_range(book: Book, given: Json) -> Json:
    """Return a GridRange as parts keep it: with its sheet, unbounded sides left open."""
    wanted = ranges.grid_area(given)
    ranges.checked(wanted, book.sheet(wanted.sheet_id))
    return ranges.grid_range(wanted, with_sheet=True)


def span(book: Book, given: Json) -> tuple[SheetTab, Axis, int, int]:
    """Return sheet, axis, start and end of a DimensionRange within the grid."""
    sheet_id, axis, start, end = ranges.dimension_span(given)
    sheet = book.sheet(sheet_id)
    count = sheet.row_count if axis == "ROWS" else sheet.column_count
    end = count if end is None else end
    if start >= count or end > count:
        raise RefusedError(f"range.endIndex[{end}] must be within the grid: it has {count} {axis.lower()}")
    return sheet, axis, start, end


def span_area(sheet: SheetTab, axis: Axis, start: int, end: int) -> GridArea:
    """Return the area of whole rows or columns."""
    if axis == "ROWS":
        return GridArea(sheet.sheet_id, start, end, 0, sheet.column_count)
    return GridArea(sheet.sheet_id, 0, sheet.row_count, start, end)


def entry_by(book: Book, entries: list[Json], key: str, wanted: object, what: str) -> Json:
    """Return the entry with an id, or refuse."""
    for entry in book.work.over(entries):
        if entry.get(key) == wanted:
            return entry
    raise RefusedError(f"No {what} with id: {wanted}")


def part_by(book: Book, part: str, key: str, wanted: object, what: str) -> tuple[SheetTab, Json]:
    """Return the tab and the entry with an id among the parts of all tabs, or refuse."""
    for sheet in book.sheets:
        for entry in book.work.over(sheet.parts.get(part, [])):
            if entry[key] == wanted:
                return sheet, entry
    raise RefusedError(f"No {what} with id: {wanted}")
