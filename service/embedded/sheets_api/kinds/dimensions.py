"""Rows and columns: their properties, put in, taken out, moved; ranges of cells put in and taken out."""

from service.embedded.api_errors import Json, RefusedError
from service.embedded.book import ranges, shifting
from service.embedded.book.open_book import Book, SheetTab
from service.embedded.book.ranges import Axis, GridArea
from service.embedded.contract import masks
from service.embedded.sheets_api import structure
from service.embedded.sheets_api.kinds import targets

STEPS_OF_ROW = 20  # made, and kept


def update_properties(book: Book, given: Json) -> Json:
    """Do updateDimensionProperties."""
    tree = masks.for_update("DimensionProperties", given.get("fields"), root="properties")
    sheet, axis, start, end = targets.span(book, given.get("range", {}))
    book.guard_sheet(sheet, whole_only=True)
    wanted = given.get("properties", {})
    if wanted.get("pixelSize", 0) < 0:
        raise RefusedError("pixelSize must not be negative.")
    names = [name for name in ("pixelSize", "hiddenByUser") if name in tree or "*" in tree]
    known = sheet.dimension(axis)
    book.work.spend(3 * (end - start))
    for index in range(start, end):
        entry = {key: value for key, value in known.get(str(index), {}).items() if key not in names}
        entry |= {name: wanted[name] for name in names if wanted.get(name)}
        known[str(index)] = entry
        if not entry:
            del known[str(index)]
    return {}


def insert(book: Book, given: Json) -> Json:
    """Do insertDimension."""
    sheet_id, axis, start, end = ranges.dimension_span(given.get("range", {}))
    sheet = book.sheet(sheet_id)
    count = _count(sheet, axis)
    if end is None:
        raise RefusedError("range.endIndex must be specified.")
    if start > count:
        raise RefusedError(f"range.startIndex[{start}] is too large: the sheet has {count} {axis.lower()}")
    inherit = bool(given.get("inheritFromBefore"))
    if inherit and start == 0:
        raise RefusedError("inheritFromBefore cannot be true when inserting before the first row or column.")
    if 0 < start < count:
        book.guard(targets.span_area(sheet, axis, start - 1, start + 1))
    structure.insert(book, sheet, axis, start, end - start)
    model = start - 1 if inherit else end
    if 0 <= model < _count(sheet, axis):
        _inherit(book, sheet, axis, model, range(start, end))
    return {}


def _count(sheet: SheetTab, axis: Axis) -> int:
    return sheet.row_count if axis == "ROWS" else sheet.column_count


def _inherit(book: Book, sheet: SheetTab, axis: Axis, model: int, fresh: range) -> None:
    """Give new rows or columns the styles of their neighbour."""
    if axis == "ROWS":
        row = sheet.grid.row(model)
        styles = row.styles if row is not None and any(row.styles) else []
        book.work.spend(len(fresh) * (STEPS_OF_ROW + len(styles) // 5) if styles else 0)
        for number in fresh if styles else ():
            sheet.grid.edit(number).styles = list(styles)
    else:
        for row in sheet.grid.edit_all():
            style = row.styles[model] if model < len(row.styles) else 0
            row.styles[fresh.start : fresh.stop] = (
                [style] * len(fresh) if style or fresh.start < len(row.styles) else []
            )
    known = sheet.dimension(axis)
    book.work.spend(3 * len(fresh) if str(model) in known else 0)
    for index in fresh if str(model) in known else ():
        known[str(index)] = dict(known[str(model)])


def delete(book: Book, given: Json) -> Json:
    """Do deleteDimension."""
    sheet, axis, start, end = targets.span(book, given.get("range", {}))
    book.guard(targets.span_area(sheet, axis, start, end))
    if end - start >= _count(sheet, axis):
        raise RefusedError(f"You can't delete all the {axis.lower()} on the sheet.")
    structure.delete(book, sheet, axis, start, end)
    return {}


def append(book: Book, given: Json) -> Json:
    """Do appendDimension."""
    sheet = book.sheet(given.get("sheetId", 0))
    axis, length = given.get("dimension"), given.get("length", 0)
    if axis not in ("ROWS", "COLUMNS"):
        raise RefusedError("dimension must be specified")
    if length < 1:
        raise RefusedError("length must be at least 1.")
    book.guard_sheet(sheet, whole_only=True)
    structure.resize_by(sheet, axis, length)
    return {}


def move(book: Book, given: Json) -> Json:
    """Do moveDimension; the destination is counted before anything is taken away."""
    sheet, axis, start, end = targets.span(book, given.get("source", {}))
    place, count = given.get("destinationIndex", 0), _count(sheet, axis)
    if not 0 <= place <= count:
        raise RefusedError(f"destinationIndex[{place}] must be within the grid.")
    if start <= place <= end:
        return {}
    touched = targets.span_area(sheet, axis, min(start, place), max(end, place))
    book.guard(touched)
    structure.move_block(book, sheet, axis, range(start, end), place)
    return {}


def insert_range(book: Book, given: Json) -> Json:
    """Do insertRange: cells below or to the right make room."""
    sheet, area = targets.area(book, given)
    axis = _shift_axis(given)
    book.guard(_affected(sheet, area, axis))
    shifting.insert(book, sheet, area, axis)
    return {}


def delete_range(book: Book, given: Json) -> Json:
    """Do deleteRange: cells from below or from the right fill the place."""
    sheet, area = targets.area(book, given)
    axis = _shift_axis(given)
    book.guard(_affected(sheet, area, axis))
    shifting.delete(book, sheet, area, axis)
    return {}


def _shift_axis(given: Json) -> Axis:
    match given.get("shiftDimension"):
        case "ROWS":
            return "ROWS"
        case "COLUMNS":
            return "COLUMNS"
    raise RefusedError("shiftDimension must be specified")


def _affected(sheet: SheetTab, area: GridArea, axis: Axis) -> GridArea:
    if axis == "ROWS":
        return GridArea(area.sheet_id, area.top, sheet.row_count, area.left, area.right)
    return GridArea(area.sheet_id, area.top, area.bottom, area.left, sheet.column_count)


KINDS = {
    "updateDimensionProperties": update_properties,
    "insertDimension": insert,
    "deleteDimension": delete,
    "appendDimension": append,
    "moveDimension": move,
    "insertRange": insert_range,
    "deleteRange": delete_range,
}
