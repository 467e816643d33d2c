"""Cells written: updateCells, repeatCell, appendCells."""

from service.embedded.api_errors import Json, RefusedError
from service.embedded.book.open_book import Book, SheetTab
from service.embedded.book.ranges import GridArea
from service.embedded.contract import masks
from service.embedded.sheets_api.cells import CellPatch, entered, style_text
from service.embedded.sheets_api.kinds import targets

NOTHING: Json = {}


def update_cells(book: Book, given: Json) -> Json:
    """Do updateCells: with a range, cells of it that no row covers are cleared."""
    tree = masks.for_update("CellData", given.get("fields"), root="userEnteredCell")
    rows = given.get("rows", [])
    if ("range" in given) == ("start" in given):
        raise RefusedError("Exactly one of range or start must be specified.")
    sheet, area = _target(book, given, rows)
    book.guard(area)
    _write(book, sheet, area, rows, tree)
    return {}


def _target(book: Book, given: Json, rows: list[Json]) -> tuple[SheetTab, GridArea]:
    width = max((len(row.get("values", [])) for row in rows), default=0)
    if "range" in given:
        sheet, area = targets.area(book, given)
        if len(rows) > len(area.rows):
            raise RefusedError(
                f"Attempting to write row: {area.rows.stop + 1}, beyond the last requested row of: {area.rows.stop}"
            )
        if width > len(area.columns):
            raise RefusedError(
                f"Attempting to write column: {area.columns.stop + 1}, "
                f"beyond the last requested column of: {area.columns.stop}"
            )
        return sheet, area
    start = given["start"]
    top, left = start.get("rowIndex", 0), start.get("columnIndex", 0)
    corner = {"sheetId": start.get("sheetId", 0), "startRowIndex": top, "startColumnIndex": left}
    corner |= {"endRowIndex": top + max(len(rows), 1), "endColumnIndex": left + max(width, 1)}
    return targets.area(book, {"range": corner})


def _write(book: Book, sheet: SheetTab, area: GridArea, rows: list[Json], tree: masks.Tree) -> None:
    patch = CellPatch(book, tree)
    top, left = area.rows.start, area.columns.start
    sheet.grid.load(area.rows.start, area.rows.stop)
    for number, row in enumerate(rows, start=top):
        cells = row.get("values", [])
        book.work.spend(1 + 3 * len(cells))
        if patch.sets_values_alone:
            values = [entered(cell.get("userEnteredValue")) for cell in cells]
            beyond = _spent(book, left + len(cells), _last_used(sheet, number, area))
            sheet.grid.set_values(number, left, values + [None] * len(beyond))
            continue
        for column, cell in enumerate(cells, start=left):
            patch.put(sheet, number, column, cell)
        for column in _spent(book, left + len(cells), _last_used(sheet, number, area)):
            patch.put(sheet, number, column, NOTHING)
    for number in sheet.grid.numbers_between(top + len(rows), area.rows.stop):
        for column in _spent(book, left, _last_used(sheet, number, area)):
            patch.put(sheet, number, column, NOTHING)


def _spent(book: Book, start: int, stop: int) -> range:
    columns = range(start, stop)
    book.work.spend(1 + 2 * len(columns))
    return columns


def _last_used(sheet: SheetTab, number: int, area: GridArea) -> int:
    row = sheet.grid.row(number)
    if row is None:
        return area.columns.start
    used = max(len(row.values), len(row.styles), max(row.extras, default=-1) + 1)
    return min(used, area.columns.stop)


def repeat_cell(book: Book, given: Json) -> Json:
    """Do repeatCell: the same cell all over an area."""
    tree = masks.for_update("CellData", given.get("fields"), root="cell")
    sheet, area = targets.editable(book, given)
    cell = given.get("cell", {})
    patch = CellPatch(book, tree)
    if tree.keys() <= {"userEnteredFormat", "dataValidation"}:
        text = style_text(cell)
        targets.row_by_row(book, area)
        sheet.grid.restyle(area.rows, area.columns, lambda style: patch.restyled(style, text))
        return {}
    targets.cell_by_cell(book, area, steps=2)
    sheet.grid.load(area.rows.start, area.rows.stop)
    for number in area.rows:
        for column in area.columns:
            patch.put(sheet, number, column, cell)
    return {}


def append_cells(book: Book, given: Json) -> Json:
    """Do appendCells: rows after the last row that holds a value, the grid growing as needed."""
    tree = masks.for_update("CellData", given.get("fields"))
    if "tableId" in given:
        raise RefusedError("The embedded server has no tables.")
    sheet = book.sheet(given.get("sheetId", 0))
    rows = given.get("rows", [])
    book.work.spend(sheet.grid.whole_size // 10)
    filled = [number for number, row in sheet.grid.rows() if any(value is not None for value in row.values)]
    top = max(filled, default=-1) + 1
    width = max((len(row.get("values", [])) for row in rows), default=0)
    sheet.resize(max(sheet.row_count, top + len(rows)), max(sheet.column_count, width))
    area = GridArea(sheet.sheet_id, top, top + len(rows), 0, width)
    book.guard(area)
    _write(book, sheet, area, rows, tree)
    return {}


KINDS = {"updateCells": update_cells, "repeatCell": repeat_cell, "appendCells": append_cells}
