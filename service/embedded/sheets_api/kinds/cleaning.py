"""Cells tidied: spaces trimmed, rows that repeat taken out, rows put in a random order."""

import random

from service.embedded.api_errors import Json, RefusedError
from service.embedded.book import cut_cells, ranges
from service.embedded.book.cut_cells import Cell
from service.embedded.book.open_book import Book
from service.embedded.book.ranges import GridArea
from service.embedded.formulas import references
from service.embedded.sheets_api.kinds import sorting, targets

CHARACTERS_OF_STEP = 100
_chance = random.SystemRandom()


def trim_whitespace(book: Book, given: Json) -> Json:
    """Do trimWhitespace: none at the ends of a text, one space for several within it; formulas stay as they are."""
    sheet, area = targets.editable(book, given)
    changed = 0
    for number in sheet.grid.numbers_between(area.rows.start, area.rows.stop):
        row = sheet.grid.row(number)
        values = row.values if row is not None else []
        columns = range(area.columns.start, min(area.columns.stop, len(values)))
        book.work.spend(1 + len(columns))
        for column in columns:
            value = values[column]
            if not isinstance(value, str):
                continue
            book.work.spend(len(value) // CHARACTERS_OF_STEP)
            trimmed = " ".join(value.split())
            if trimmed != value:
                sheet.grid.set_value(number, column, trimmed or None)
                changed += 1
    return {"cellsChangedCount": changed} if changed else {}


def delete_duplicates(book: Book, given: Json) -> Json:
    """Do deleteDuplicates: of rows alike in the columns compared the first stays, and what is below moves up.

    Capitals and formats make no difference. Rows without a value are never taken out.
    """
    sheet, area = targets.editable(book, given)
    targets.cell_by_cell(book, area, steps=6)
    columns = _compared(area, given.get("comparisonColumns", []))
    frozen = references.frozen(book)
    seen: set[tuple[tuple[int, float, str] | None, ...]] = set()
    kept: list[tuple[int, list[Cell]]] = []
    for number, cells in zip(area.rows, cut_cells.lift(sheet, area), strict=True):
        values = [cells[column - area.columns.start].value for column in columns]
        values = [
            frozen(sheet, number, column, value.get("f", "")) if isinstance(value, dict) else value
            for column, value in zip(columns, values, strict=True)
        ]
        key = tuple(None if value is None else sorting.sort_key(value) for value in values)
        if key not in seen or not any(key):
            kept.append((number, cells))
        seen.add(key)
    removed = len(area.rows) - len(kept)
    if removed:
        empty = [(area.rows.stop, [Cell() for _ in area.columns])] * removed
        sorting.place(book, sheet, area, kept + empty)
    return {"duplicatesRemovedCount": removed} if removed else {}


def _compared(area: GridArea, given: list[Json]) -> list[int]:
    columns: list[int] = []
    for span in given:
        sheet_id, axis, start, end = ranges.dimension_span(span)
        stop = area.columns.stop if end is None else end
        if axis != "COLUMNS" or sheet_id != area.sheet_id:
            raise RefusedError("comparisonColumns must be columns of the range.")
        if start < area.columns.start or stop > area.columns.stop:
            raise RefusedError("comparisonColumns must be within the range.")
        columns += [column for column in range(start, stop) if column not in columns]
    return columns or list(area.columns)


def randomize_range(book: Book, given: Json) -> Json:
    """Do randomizeRange: the rows of a range in an order by chance."""
    sheet, area = targets.editable(book, given)
    targets.cell_by_cell(book, area, steps=6)
    rows = list(zip(area.rows, cut_cells.lift(sheet, area), strict=True))
    _chance.shuffle(rows)
    sorting.place(book, sheet, area, rows)
    return {}


KINDS = {
    "trimWhitespace": trim_whitespace,
    "deleteDuplicates": delete_duplicates,
    "randomizeRange": randomize_range,
}
