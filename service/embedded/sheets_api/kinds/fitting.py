"""autoResizeDimensions: rows as high and columns as wide as what they show, measured by the number of characters."""

import math

from service.embedded.api_errors import Json
from service.embedded.book.open_book import Book, SheetTab
from service.embedded.sheets_api.kinds import targets
from service.embedded.sheets_api.render import Renderer

PIXELS_OF_CHARACTER = 7.0  # of Arial, at ten points
PIXELS_OF_LINE = 17
LEAST_ROW, LEAST_COLUMN, MOST = 21, 21, 2000
USUAL_SIZE = 10
STEPS_OF_REQUEST, STEPS_OF_CELL = 200, 5


def auto_resize(book: Book, given: Json) -> Json:
    """Do autoResizeDimensions; rows and columns that show nothing keep their size."""
    if "dimensions" not in given:
        return {}
    sheet, axis, start, end = targets.span(book, given["dimensions"])
    book.guard_sheet(sheet, whole_only=True)
    book.work.spend(STEPS_OF_REQUEST)
    sizes = _heights(book, sheet, range(start, end)) if axis == "ROWS" else _widths(book, sheet, range(start, end))
    known = sheet.dimension(axis)
    for index, size in sizes.items():
        known[str(index)] = known.get(str(index), {}) | {"pixelSize": min(size, MOST)}
    return {}


def _widths(book: Book, sheet: SheetTab, columns: range) -> dict[int, int]:
    renderer, widths = Renderer(book), dict[int, int]()
    for number in sheet.grid.numbers():
        row = sheet.grid.row(number)
        filled = range(columns.start, min(columns.stop, len(row.values) if row is not None else 0))
        book.work.spend(1 + STEPS_OF_CELL * len(filled))
        for column in filled:
            lines, scale = _shown(renderer, sheet, number, column)
            longest = max(map(len, lines))
            width = math.ceil(longest * PIXELS_OF_CHARACTER * scale) + 6
            if longest:
                widths[column] = max(widths.get(column, LEAST_COLUMN), width)
    return widths


def _heights(book: Book, sheet: SheetTab, rows: range) -> dict[int, int]:
    renderer, heights = Renderer(book), dict[int, int]()
    for number in sheet.grid.numbers_between(rows.start, rows.stop):
        row = sheet.grid.row(number)
        filled = range(len(row.values) if row is not None else 0)
        book.work.spend(1 + STEPS_OF_CELL * len(filled))
        for column in filled:
            lines, scale = _shown(renderer, sheet, number, column)
            if any(lines):
                height = math.ceil(len(lines) * PIXELS_OF_LINE * scale) + 4
                heights[number] = max(heights.get(number, LEAST_ROW), height)
    return heights


def _shown(renderer: Renderer, sheet: SheetTab, row: int, column: int) -> tuple[list[str], float]:
    value, style = sheet.grid.value(row, column), sheet.grid.style(row, column)
    if value is None:
        return [""], 1.0
    effective = renderer.effective(sheet, row, column, value)
    text = renderer.formatted(effective, style, renderer.hint(sheet, row, column, value))
    size = renderer.book.styles.body(style).get("format", {}).get("textFormat", {}).get("fontSize", USUAL_SIZE)
    return text.split("\n"), min(max(size, 1), 400) / USUAL_SIZE


KINDS = {"autoResizeDimensions": auto_resize}
