"""autoFill: cells continued from those beside them, numbers and dates as a series, others over and over."""

import re
from collections.abc import Callable
from itertools import pairwise

from service.embedded.api_errors import Json, JsonValue, RefusedError
from service.embedded.book import cut_cells
from service.embedded.book.cell_writing import stored
from service.embedded.book.cut_cells import Cell
from service.embedded.book.display import DATE_TYPES
from service.embedded.book.open_book import Book, SheetTab
from service.embedded.book.ranges import GridArea
from service.embedded.formulas import references
from service.embedded.sheets_api.kinds import targets

_NUMBERED = re.compile(r"(.*?)(\d{1,15})", re.DOTALL)
Line = list[Cell]


def auto_fill(book: Book, given: Json) -> Json:
    """Do autoFill, from a source so far in a direction, or over a range from what it holds."""
    if ("range" in given) == ("sourceAndDestination" in given):
        raise RefusedError("Exactly one of range and sourceAndDestination must be specified.")
    if "range" in given:
        sheet, source, by_rows, length = _detected(book, given)
    else:
        sheet, source, by_rows, length = _directed(book, given["sourceAndDestination"])
    if not length or not source.rows or not source.columns:
        return {}
    target = _beside(source, length, by_rows=by_rows)
    if target.rows.start < 0 or target.columns.start < 0:
        raise RefusedError("The cells to be filled lie outside the grid.")
    sheet.resize(max(sheet.row_count, target.rows.stop), max(sheet.column_count, target.columns.stop))
    book.guard(target)
    targets.cell_by_cell(book, source, steps=6)
    targets.cell_by_cell(book, target, steps=8)
    _fill(book, sheet, source, length, by_rows=by_rows, alternate=bool(given.get("useAlternateSeries")))
    return {}


def _directed(book: Book, given: Json) -> tuple[SheetTab, GridArea, bool, int]:
    sheet, source = targets.area(book, given, "source")
    axis = given.get("dimension")
    if axis not in ("ROWS", "COLUMNS"):
        raise RefusedError("sourceAndDestination.dimension must be specified.")
    return sheet, source, axis == "ROWS", given.get("fillLength", 0)


def _detected(book: Book, given: Json) -> tuple[SheetTab, GridArea, bool, int]:
    """Return what of a range holds values, at its top or at its left, and how far it is to be continued."""
    sheet, area = targets.area(book, given)
    targets.cell_by_cell(book, area)
    filled = [
        (row, column) for row in area.rows for column in area.columns if sheet.grid.value(row, column) is not None
    ]
    bottom = max((row for row, _ in filled), default=area.rows.start - 1) + 1
    right = max((column for _, column in filled), default=area.columns.start - 1) + 1
    if not filled or (bottom == area.rows.stop and right == area.columns.stop):
        return sheet, area, True, 0
    if bottom < area.rows.stop:
        source = GridArea(area.sheet_id, area.rows.start, bottom, area.columns.start, area.columns.stop)
        return sheet, source, True, area.rows.stop - bottom
    source = GridArea(area.sheet_id, area.rows.start, area.rows.stop, area.columns.start, right)
    return sheet, source, False, area.columns.stop - right


def _beside(source: GridArea, length: int, *, by_rows: bool) -> GridArea:
    """Return the cells that are filled: after the source, before it for a length below nought."""
    span = source.rows if by_rows else source.columns
    start, stop = (span.stop, span.stop + length) if length > 0 else (span.start + length, span.start)
    if by_rows:
        return GridArea(source.sheet_id, start, stop, source.columns.start, source.columns.stop)
    return GridArea(source.sheet_id, source.rows.start, source.rows.stop, start, stop)


def _fill(book: Book, sheet: SheetTab, source: GridArea, length: int, *, by_rows: bool, alternate: bool) -> None:
    cells = cut_cells.lift(sheet, source)
    lines = [list(line) for line in (zip(*cells, strict=True) if by_rows else cells)]
    across = source.columns if by_rows else source.rows
    along = source.rows if by_rows else source.columns
    steps = range(len(along), len(along) + length) if length > 0 else range(length, 0)
    for place, line in zip(across, lines, strict=True):
        follow = _series(book, line, alternate=alternate)
        for step in steps:
            model = line[step % len(line)]
            moved = step - step % len(line)
            value = follow(step)
            if isinstance(model.value, dict):
                down, right = (moved, 0) if by_rows else (0, moved)
                value = {"f": references.copied(book, model.value.get("f", ""), down, right)}
            at = along.start + step
            row, column = (at, place) if by_rows else (place, at)
            cut_cells.put(sheet, row, column, Cell(value, model.style, dict(model.extra)))


def _series(book: Book, line: Line, *, alternate: bool) -> Callable[[int], JsonValue]:
    """Return what stands at each step from the first cell of a line on."""
    values = [cell.value for cell in line]
    numbers = [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
    if len(numbers) == len(values):
        # One number is copied and one day followed by the next; several are continued, and alternately the other way.
        is_series = len(numbers) > 1 or _is_day(book, line[0])
        if is_series != alternate:
            first, step = _trend(numbers)
            return lambda at: stored(_tidy(first + step * at))
        return lambda at: values[at % len(values)]
    counted = _counted(values)
    if counted is not None and not alternate:
        head, first, width = counted
        return lambda at: f"{head}{max(first + at, 0):0{width}d}"
    return lambda at: values[at % len(values)]


def _is_day(book: Book, cell: Cell) -> bool:
    number_format = book.styles.body(cell.style).get("format", {}).get("numberFormat", {})
    return number_format.get("type") in DATE_TYPES - {"TIME"}


def _trend(numbers: list[float]) -> tuple[float, float]:
    """Return the first number and the step of a series: its own, or that of the line nearest to it."""
    count = len(numbers)
    if count == 1:
        return numbers[0], 1
    steps = {_tidy(second - first) for first, second in pairwise(numbers)}
    if len(steps) == 1:
        return numbers[0], steps.pop()
    middle, mean = (count - 1) / 2, sum(numbers) / count
    step = sum((at - middle) * (number - mean) for at, number in enumerate(numbers))
    step /= sum((at - middle) ** 2 for at in range(count))
    return mean - step * middle, step


def _tidy(number: float) -> float:
    return number if isinstance(number, int) else float(f"{number:.15g}")


def _counted(values: list[JsonValue]) -> tuple[str, int, int] | None:
    """Return head, first number and width of texts that count on, such as "Week 1"; None for others."""
    matches = [_NUMBERED.fullmatch(value) if isinstance(value, str) else None for value in values]
    found = [(match[1], int(match[2]), len(match[2])) for match in matches if match]
    if len(found) != len(values) or len({head for head, _, _ in found}) > 1:
        return None
    first = found[0]
    counts_on = all(number == first[1] + at for at, (_, number, _) in enumerate(found))
    padded = first[2] if str(first[1]) != str(first[1]).zfill(first[2]) else 1
    return (first[0], first[1], padded) if counts_on else None


KINDS = {"autoFill": auto_fill}
