"""Blocks of values read straight from the store: only rows that hold values are touched."""

from collections.abc import Iterator, Mapping

from service.embedded import json_text
from service.embedded.api_errors import Json, JsonValue
from service.embedded.book.open_book import Book, SheetTab
from service.embedded.book.ranges import GridArea
from service.embedded.book.request_work import Spend
from service.embedded.book.sheet_grid import parsed
from service.embedded.sheets_api.render import Renderer, RenderOptions, ValueRender

CELLS_OF_STEP, EMPTY_OF_STEP = 2, 2
TURNED_OF_STEP = 10  # cells, by columns instead of rows
CHARACTERS_OF_STEP = 30  # of an answer
_SQL = (
    "SELECT number, vals, styles FROM line WHERE book = ? AND sheet = ? AND number >= ? AND number < ? "
    "AND vals IS NOT NULL ORDER BY number"
)
_PLAIN = frozenset({str, type(None)})
_READ_TOGETHER = 500  # rows


def read(
    book: Book, sheet: SheetTab, area: GridArea, renderer: Renderer, options: RenderOptions
) -> list[list[JsonValue]]:
    """Return a bounded area's values by rows, empty rows and cells at the ends dropped."""
    if sheet.spreads:
        return _with_spread(book, sheet, area, renderer, options)
    block: list[list[JsonValue]] = []
    span = (book.file.key, sheet.sheet_id, area.rows.start, area.rows.stop)
    left, right = area.columns.start, area.columns.stop
    book.work.spend(5)
    for number, whole, styles_text in _stored(book, span):
        values = whole[left:right]
        book.work.spend(2 + len(values) // CELLS_OF_STEP)
        if not _PLAIN.issuperset(map(type, values)):
            styles = json_text.loaded(styles_text)[left:right] if styles_text else []
            values = _shown(sheet, number, left, (values, styles), renderer, options)
            book.work.spend(_characters(values) // CHARACTERS_OF_STEP)
        else:
            values = ["" if value is None else value for value in values]
        while values and values[-1] == "":
            values.pop()
        if values:
            _skip_to(block, number - area.rows.start, book.work.spend)
            block.append(values)
    return block


def _stored(book: Book, span: tuple[int, int, int, int]) -> Iterator[tuple[int, list[JsonValue], str | None]]:
    """Yield the rows of a span that hold values: number, values, styles as text."""
    found = book.connection.execute(_SQL, span)
    while rows := found.fetchmany(_READ_TOGETHER):
        numbers, values, styles = zip(*rows, strict=True)
        book.work.spend(sum(map(len, values)) // CHARACTERS_OF_STEP)
        yield from zip(numbers, parsed(values), styles, strict=True)


def _with_spread(
    book: Book, sheet: SheetTab, area: GridArea, renderer: Renderer, options: RenderOptions
) -> list[list[JsonValue]]:
    """Return the same of a tab whose formulas may have filled cells beside and below them."""
    block: list[list[JsonValue]] = []
    given = renderer.calculator.spread(sheet)
    more = {row for row in given if row in area.rows}
    for number in sorted(more.union(sheet.grid.numbers_between(area.rows.start, area.rows.stop))):
        row, filled = sheet.grid.row(number), given.get(number, {})
        width = max(len(row.values) if row is not None else 0, max(filled, default=-1) + 1)
        columns = range(area.columns.start, min(width, area.columns.stop))
        book.work.spend(2 + 2 * len(columns))
        cells = [(_value_at(sheet, number, column, filled), sheet.grid.style(number, column)) for column in columns]
        values = [
            renderer.shown(sheet, number, column, cell, options) for column, cell in zip(columns, cells, strict=True)
        ]
        book.work.spend(_characters(values) // CHARACTERS_OF_STEP)
        while values and values[-1] == "":
            values.pop()
        if values:
            _skip_to(block, number - area.rows.start, book.work.spend)
            block.append(values)
    return block


def _skip_to(block: list[list[JsonValue]], row: int, spend: Spend) -> None:
    """Add the empty rows before one that holds something."""
    spend((row - len(block)) // EMPTY_OF_STEP)
    block.extend([] for _ in range(row - len(block)))


def _characters(values: list[JsonValue]) -> int:
    """Return how many characters a row's texts have: the answer holds them as often as it names the row."""
    return sum(len(value) for value in values if isinstance(value, str))


def _value_at(sheet: SheetTab, row: int, column: int, filled: Mapping[int, JsonValue]) -> JsonValue:
    value = sheet.grid.value(row, column)
    return filled.get(column) if value is None else value


def _shown(
    sheet: SheetTab,
    number: int,
    left: int,
    cells: tuple[list[JsonValue], list[int]],
    renderer: Renderer,
    options: RenderOptions,
) -> list[JsonValue]:
    values, styles = cells
    if options == _UNFORMATTED and not any(isinstance(value, dict) for value in values):
        return ["" if value is None else value for value in values]
    styles = styles + [0] * (len(values) - len(styles))
    return [
        renderer.shown(sheet, number, left + index, (value, styles[index]), options)
        if type(value) not in _PLAIN
        else ("" if value is None else value)
        for index, value in enumerate(values)
    ]


_UNFORMATTED = RenderOptions(ValueRender.UNFORMATTED)


def turned(block: list[list[JsonValue]]) -> list[list[JsonValue]]:
    """Return a block by columns instead of rows, trimmed again."""
    width = max((len(row) for row in block), default=0)
    columns: list[list[JsonValue]] = [
        [row[index] if index < len(row) else "" for row in block] for index in range(width)
    ]
    for column in columns:
        while column and column[-1] == "":
            column.pop()
    return columns


def value_range(range_text: str, block: list[list[JsonValue]], dimension: str, spend: Spend) -> Json:
    """Return a ValueRange; a block without values has none."""
    by_columns = dimension == "COLUMNS"
    shown: Json = {"range": range_text, "majorDimension": "COLUMNS" if by_columns else "ROWS"}
    if block and by_columns:
        spend(len(block) * max(map(len, block)) // TURNED_OF_STEP)
    if block:
        shown["values"] = turned(block) if by_columns else block
    return shown
