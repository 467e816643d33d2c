"""Rows and columns put in, taken out and moved; all parts on them move along."""

from collections.abc import Callable

from service.embedded.api_errors import Json, JsonValue
from service.embedded.book.open_book import Book, SheetTab
from service.embedded.book.ranges import Axis
from service.embedded.formulas import references

# Where a half-open span lies after a change; None when nothing of it is left.
Move = Callable[[int, int], tuple[int, int] | None]

_BOUNDS = {"ROWS": ("startRowIndex", "endRowIndex"), "COLUMNS": ("startColumnIndex", "endColumnIndex")}
_RANGE_KEYS = frozenset({"sheetId", "startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex"})
_INDEX = {"ROWS": "rowIndex", "COLUMNS": "columnIndex"}
ENDLESS = 2**31


def insert(book: Book, sheet: SheetTab, axis: Axis, at: int, count: int) -> None:
    """Put empty rows or columns in before one."""
    resize_by(sheet, axis, count)

    def move(start: int, end: int) -> tuple[int, int] | None:
        return start + count if start >= at else start, end + count if end > at else end

    _shift_cells(sheet, axis, at, count)
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

    _cut_cells(sheet, axis, start, end)
    _move_along(book, sheet, axis, move)


def rearrange(book: Book, sheet: SheetTab, axis: Axis, order: list[int]) -> None:
    """Put rows or columns into a new order: order[new] is the old index."""
    place_of = {old: new for new, old in enumerate(order)}

    def move(start: int, end: int) -> tuple[int, int] | None:
        if end - start >= len(order) or end > len(order):
            return start, end
        places = [place_of[index] for index in range(start, end)]
        return min(places), max(places) + 1

    if axis == "ROWS":
        rows = {place_of.get(number, number): row for number, row in sheet.grid.rows()}
        sheet.grid.replace_rows(rows)
    else:
        for row in sheet.grid.edit_all():
            _reorder(row.values, order, None)
            _reorder(row.styles, order, 0)
            row.extras = {place_of.get(column, column): extra for column, extra in row.extras.items()}
    _move_along(book, sheet, axis, move)


def _reorder(cells: list[JsonValue], order: list[int], nothing: JsonValue) -> None:
    cells[:] = [cells[old] if old < len(cells) else nothing for old in order]


def resize_by(sheet: SheetTab, axis: Axis, count: int) -> None:
    """Make the grid longer or shorter."""
    rows, columns = sheet.row_count, sheet.column_count
    if axis == "ROWS":
        sheet.resize(rows + count, columns)
    else:
        sheet.resize(rows, columns + count)


def _shift_cells(sheet: SheetTab, axis: Axis, at: int, count: int) -> None:
    if axis == "ROWS":
        if any(number >= at for number in sheet.grid.numbers()):
            rows = {number + count if number >= at else number: row for number, row in sheet.grid.rows()}
            sheet.grid.replace_rows(rows)
        return
    for row in sheet.grid.edit_all():
        row.insert(at, count)


def _cut_cells(sheet: SheetTab, axis: Axis, start: int, end: int) -> None:
    if axis == "ROWS":
        kept = {number: row for number, row in sheet.grid.rows() if not start <= number < end}
        sheet.grid.replace_rows(
            {number - (end - start) if number >= end else number: row for number, row in kept.items()}
        )
        return
    for row in sheet.grid.edit_all():
        row.delete(start, end)


def trim(book: Book, sheet: SheetTab, rows: int, columns: int) -> None:
    """Set the grid to a new size, taking out at the end what is over."""
    if rows < sheet.row_count:
        delete(book, sheet, "ROWS", rows, sheet.row_count)
    if columns < sheet.column_count:
        delete(book, sheet, "COLUMNS", columns, sheet.column_count)
    sheet.resize(rows, columns)


def _move_along(book: Book, sheet: SheetTab, axis: Axis, move: Move) -> None:
    for owner in book.sheets:
        single = {"rows": owner.parts.pop("rows", {}), "columns": owner.parts.pop("columns", {})}
        moved = _moved(owner.parts, sheet.sheet_id, axis, move)
        owner.parts.clear()
        owner.parts.update({key: value for key, value in {**moved, **single}.items() if value})
    _move_dimensions(sheet, axis, move)
    book.parts["namedRanges"] = _moved(book.named_ranges, sheet.sheet_id, axis, move)
    book.metadata = _moved_metadata(book.metadata, sheet.sheet_id, axis, move)
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


def _moved(part: JsonValue, sheet_id: int, axis: Axis, move: Move) -> JsonValue:
    """Return a part with every range on the sheet moved; what lies on a range that is gone goes too."""
    if isinstance(part, list):
        moved = [_moved(entry, sheet_id, axis, move) for entry in part]
        return [entry for entry in moved if entry is not None]
    if not isinstance(part, dict):
        return part
    if _is_range(part):
        return _moved_range(part, sheet_id, _BOUNDS[axis], move)
    if part.get("dimension") == axis and "startIndex" in part:
        return _moved_range(part, sheet_id, ("startIndex", "endIndex"), move)
    if _INDEX[axis] in part and part.get("sheetId", 0) == sheet_id:
        place = move(part[_INDEX[axis]], part[_INDEX[axis]] + 1)
        return part if place is None else {**part, _INDEX[axis]: place[0]}
    fresh: Json = {}
    for key, entry in part.items():
        moved_entry = _moved(entry, sheet_id, axis, move)
        if moved_entry is None and entry is not None:
            return None
        if isinstance(entry, list) and entry and not moved_entry and key in ("ranges", "sources"):
            return None
        fresh[key] = moved_entry
    return fresh


def _moved_range(entry: Json, sheet_id: int, bounds: tuple[str, str], move: Move) -> Json | None:
    if entry.get("sheetId", 0) != sheet_id or not (bounds[0] in entry or bounds[1] in entry):
        return entry
    start, end = entry.get(bounds[0], 0), entry.get(bounds[1])
    place = move(start, ENDLESS if end is None else end)
    if place is None:
        return None
    moved = dict(entry)
    if bounds[0] in entry:
        moved[bounds[0]] = place[0]
    if end is not None:
        moved[bounds[1]] = place[1]
    return moved


def _moved_metadata(entries: list[Json], sheet_id: int, axis: Axis, move: Move) -> list[Json]:
    kept = []
    for entry in entries:
        span = entry["location"].get("dimensionRange")
        if span is None:
            kept.append(entry)
            continue
        moved = _moved(span, sheet_id, axis, move)
        if moved is not None:
            kept.append(entry | {"location": entry["location"] | {"dimensionRange": moved}})
    return kept
