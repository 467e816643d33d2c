"""Rows and columns put in, taken out and moved; all parts on them move along."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from service.embedded.api_errors import Json, JsonValue
from service.embedded.book.open_book import Book, SheetTab
from service.embedded.book.ranges import Axis
from service.embedded.book.request_work import Spend
from service.embedded.formulas import references

# Where a half-open span lies after a change; None when nothing of it is left.
Move = Callable[[int, int], tuple[int, int] | None]

_BOUNDS = {"ROWS": ("startRowIndex", "endRowIndex"), "COLUMNS": ("startColumnIndex", "endColumnIndex")}
_RANGE_KEYS = frozenset({"sheetId", "startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex"})
_INDEX = {"ROWS": "rowIndex", "COLUMNS": "columnIndex"}
ENDLESS = 2**31


def _steps(sheet: SheetTab) -> int:
    """Return the work of a change to the columns of what a sheet holds: each row, and its cells a little."""
    return sheet.grid.whole_size // 20 + len(sheet.grid.numbers()) // 2


def insert(book: Book, sheet: SheetTab, axis: Axis, at: int, count: int) -> None:
    """Put empty rows or columns in before one."""
    resize_by(sheet, axis, count)

    def move(start: int, end: int) -> tuple[int, int] | None:
        return start + count if start >= at else start, end + count if end > at else end

    if axis == "ROWS":
        sheet.grid.insert_rows(at, count, book.work.spend)
    else:
        book.work.spend(_steps(sheet) + count * len(sheet.grid.numbers()) // 50)
        for row in sheet.grid.edit_all():
            row.insert(at, count)
    _move_along(book, sheet, axis, move)


def delete(book: Book, sheet: SheetTab, axis: Axis, start: int, end: int) -> None:
    """Take rows or columns out."""
    resize_by(sheet, axis, start - end)
    count = end - start

    def place(index: int) -> int:
        return index if index <= start else max(start, index - count)

    def move(first: int, last: int) -> tuple[int, int] | None:
        first, last = place(first), place(last)
        return (first, last) if first < last else None

    if axis == "ROWS":
        sheet.grid.delete_rows(start, end, book.work.spend)
    else:
        book.work.spend(_steps(sheet))
        for row in sheet.grid.edit_all():
            row.delete(start, end)
    _move_along(book, sheet, axis, move)


def move_block(book: Book, sheet: SheetTab, axis: Axis, block: range, before: int) -> None:
    """Move rows or columns before another one, counted before anything has moved."""
    # The block and the cells it passes change places: first and second are neighbours.
    first, second = (block, range(block.stop, before)) if before > block.stop else (range(before, block.start), block)

    def place(index: int) -> int:
        if index in first:
            return index + len(second)
        return index - len(first) if index in second else index

    def move(start: int, end: int) -> tuple[int, int] | None:
        if (start <= first.start and end >= second.stop) or end >= ENDLESS:
            return start, end
        inner = [max(start, min(edge, end)) for edge in (first.start, first.stop, second.stop)]
        cuts = [start, *inner, end]
        places = [(place(low), place(high - 1)) for low, high in pairwise(cuts) if low < high]
        return min(low for low, _ in places), max(high for _, high in places) + 1

    if axis == "ROWS":
        sheet.grid.exchange_rows(first, second, book.work.spend)
    else:
        book.work.spend(_steps(sheet))
        for row in sheet.grid.edit_all():
            _swap(row.values, first, second, None)
            _swap(row.styles, first, second, 0)
            row.extras = {place(column): extra for column, extra in row.extras.items()}
    _move_along(book, sheet, axis, move)


def _swap(cells: list[JsonValue], first: range, second: range, nothing: JsonValue) -> None:
    if len(cells) > first.start:
        cells.extend([nothing] * (second.stop - len(cells)))
        cells[first.start : second.stop] = [*cells[second.start : second.stop], *cells[first.start : first.stop]]


def resize_by(sheet: SheetTab, axis: Axis, count: int) -> None:
    """Make the grid longer or shorter."""
    rows, columns = sheet.row_count, sheet.column_count
    if axis == "ROWS":
        sheet.resize(rows + count, columns)
    else:
        sheet.resize(rows, columns + count)


def trim(book: Book, sheet: SheetTab, rows: int, columns: int) -> None:
    """Set the grid to a new size, taking out at the end what is over."""
    if rows < sheet.row_count:
        delete(book, sheet, "ROWS", rows, sheet.row_count)
    if columns < sheet.column_count:
        delete(book, sheet, "COLUMNS", columns, sheet.column_count)
    sheet.resize(rows, columns)


def _move_along(book: Book, sheet: SheetTab, axis: Axis, move: Move) -> None:
    mover = _Mover(sheet.sheet_id, axis, move, book.work.spend)
    for owner in book.sheets:
        single = {"rows": owner.parts.pop("rows", {}), "columns": owner.parts.pop("columns", {})}
        moved = mover.moved(owner.parts)
        owner.parts.clear()
        owner.parts.update({key: value for key, value in {**moved, **single}.items() if value})
    book.work.spend(len(sheet.dimension(axis)))
    _move_dimensions(sheet, axis, move)
    book.parts["namedRanges"] = mover.moved(book.named_ranges)
    book.metadata = mover.moved_metadata(book.metadata)
    references.move_formulas(book, sheet, axis, move)


def _move_dimensions(sheet: SheetTab, axis: Axis, move: Move) -> None:
    properties = sheet.dimension(axis)
    moved: Json = {}
    for text, entry in properties.items():
        place = move(int(text), int(text) + 1)
        if place is not None:
            moved[str(place[0])] = entry
    properties.clear()
    properties.update(moved)


def _is_range(entry: Json) -> bool:
    return bool(entry) and entry.keys() <= _RANGE_KEYS


@dataclass(frozen=True, slots=True)
class _Mover:
    """Moves the ranges on one sheet within parts of any shape."""

    sheet_id: int
    axis: Axis
    move: Move
    spend: Spend

    def moved(self, part: JsonValue) -> JsonValue:
        """Return a part with every range on the sheet moved; what lies on a range that is gone goes too."""
        if isinstance(part, list):
            self.spend(1)
            moved = [self.moved(entry) for entry in part]
            return [entry for entry in moved if entry is not None]
        return self._moved_record(part) if isinstance(part, dict) else part

    def _moved_record(self, part: Json) -> Json | None:
        self.spend(2 + len(part) // 2)
        if _is_range(part):
            return self._moved_range(part, _BOUNDS[self.axis])
        if part.get("dimension") == self.axis and "startIndex" in part:
            return self._moved_range(part, ("startIndex", "endIndex"))
        index = _INDEX[self.axis]
        if index in part and part.get("sheetId", 0) == self.sheet_id:
            place = self.move(part[index], part[index] + 1)
            return part if place is None else {**part, index: place[0]}
        fresh: Json = {}
        for key, entry in part.items():
            moved = self.moved(entry)
            if moved is None and entry is not None:
                return None
            if isinstance(entry, list) and entry and not moved and key in ("ranges", "sources"):
                return None
            fresh[key] = moved
        return fresh

    def _moved_range(self, entry: Json, bounds: tuple[str, str]) -> Json | None:
        if entry.get("sheetId", 0) != self.sheet_id or not (bounds[0] in entry or bounds[1] in entry):
            return entry
        start, end = entry.get(bounds[0], 0), entry.get(bounds[1])
        place = self.move(start, ENDLESS if end is None else end)
        if place is None:
            return None
        moved = dict(entry)
        if bounds[0] in entry:
            moved[bounds[0]] = place[0]
        if end is not None:
            moved[bounds[1]] = place[1]
        return moved

    def moved_metadata(self, entries: list[Json]) -> list[Json]:
        """Return metadata with its places moved, without what was on rows or columns that are gone."""
        kept = []
        for entry in entries:
            span = entry["location"].get("dimensionRange")
            if span is None:
                kept.append(entry)
                continue
            moved = self.moved(span)
            if moved is not None:
                kept.append(entry | {"location": entry["location"] | {"dimensionRange": moved}})
        return kept
