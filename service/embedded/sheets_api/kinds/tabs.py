"""Tabs added, taken away, doubled and changed; properties of the file."""

from service.embedded.api_errors import Json, RefusedError
from service.embedded.book import colours, copying
from service.embedded.book.locales import is_locale, is_time_zone
from service.embedded.book.open_book import Book, SheetTab
from service.embedded.book.ranges import GridArea
from service.embedded.book.sheet_properties import check_grid, sheet_props
from service.embedded.contract import masks, request_check
from service.embedded.formulas import references
from service.embedded.sheets_api import resource, structure

LONGEST_TITLE = 100
IMPORTS_ALLOWED = "importFunctionsExternalUrlAccessAllowed"


def add_sheet(book: Book, given: Json) -> Json:
    """Do addSheet."""
    wanted = given.get("properties", {})
    sheet_id = wanted.get("sheetId")
    if sheet_id is None:
        sheet_id = book.new_sheet_id()
    _check_id(book, sheet_id)
    title = wanted.get("title")
    title = _free_title(book) if title is None else _checked_title(book, title)
    props = sheet_props(wanted, title, sheet_id, wanted.get("index", len(book.sheets)))
    sheet = book.add_sheet(props)
    return {"properties": resource.sheet_properties(book, sheet)}


def _check_id(book: Book, sheet_id: int) -> None:
    if sheet_id < 0:
        raise RefusedError(f"The sheet ID must not be negative: {sheet_id}")
    if any(sheet.sheet_id == sheet_id for sheet in book.sheets):
        raise RefusedError(f"Failed to add sheet. Sheet ID {sheet_id} already exists. Please use a unique sheet ID.")


def _free_title(book: Book) -> str:
    number = len(book.sheets) + 1
    while book.sheet_titled(f"Sheet{number}"):
        number += 1
    return f"Sheet{number}"


def _checked_title(book: Book, title: str, own: SheetTab | None = None) -> str:
    if not title.strip():
        raise RefusedError("You can't leave the sheet name blank. Please enter a name.")
    if len(title) > LONGEST_TITLE:
        raise RefusedError(f"Sheet names cannot be longer than {LONGEST_TITLE} characters.")
    found = book.sheet_titled(title)
    if found is not None and found is not own:
        raise RefusedError(f'A sheet with the name "{title}" already exists. Please enter another name.')
    return title


def delete_sheet(book: Book, given: Json) -> Json:
    """Do deleteSheet."""
    sheet = book.sheet(given.get("sheetId", 0))
    book.guard_sheet(sheet)
    if len(book.sheets) == 1:
        raise RefusedError("You can't remove all the sheets in a document.")
    if not any(not other.props.get("hidden") for other in book.sheets if other is not sheet):
        raise RefusedError("You can't remove all the visible sheets in a document.")
    book.remove_sheet(sheet)
    _forget(book, sheet.sheet_id)
    return {}


def _forget(book: Book, sheet_id: int) -> None:
    book.work.spend(len(book.metadata) + len(book.named_ranges))
    book.metadata = [entry for entry in book.metadata if not _is_on(entry["location"], sheet_id)]
    book.parts["namedRanges"] = [entry for entry in book.named_ranges if entry["range"].get("sheetId", 0) != sheet_id]


def _is_on(location: Json, sheet_id: int) -> bool:
    if location["locationType"] == "SPREADSHEET":
        return False
    span = location.get("dimensionRange", location)
    return bool(span.get("sheetId", 0) == sheet_id)


def duplicate_sheet(book: Book, given: Json) -> Json:
    """Do duplicateSheet."""
    source = book.sheet(given.get("sourceSheetId", 0))
    sheet_id = given.get("newSheetId")
    if sheet_id is not None:
        _check_id(book, sheet_id)
    title = given.get("newSheetName")
    title = _copy_title(book, source.title) if title is None else _checked_title(book, title)
    twin = copying.copy_sheet(book, source, book, title=title, sheet_id=sheet_id)
    twin.props.pop("hidden", None)
    if book.is_bound:
        # a protection against the caller is not copied to the caller's copy
        twin.parts.pop("protectedRanges", None)
    # Without an index the copy comes first, as the API's zero default has it.
    _place(book, twin, given.get("insertSheetIndex", 0))
    return {"properties": resource.sheet_properties(book, twin)}


def _copy_title(book: Book, title: str) -> str:
    candidate, number = f"Copy of {title}", 1
    while book.sheet_titled(candidate):
        number += 1
        candidate = f"Copy of {title} {number}"
    return candidate


def _place(book: Book, sheet: SheetTab, index: int) -> None:
    if index < 0 or index > len(book.sheets):
        raise RefusedError(f"Invalid sheet index: {index}")
    book.sheets.remove(sheet)
    book.sheets.insert(index, sheet)


def update_sheet_properties(book: Book, given: Json) -> Json:
    """Do updateSheetProperties."""
    wanted = given.get("properties", {})
    tree = masks.for_update("SheetProperties", given.get("fields"), root="properties")
    if "*" in tree:
        tree = {name: {} for name in request_check.fields_of("sheets", "SheetProperties") if name in wanted}
    tree.pop("sheetId", None)
    sheet = book.sheet(wanted.get("sheetId", 0))
    book.guard_sheet(sheet, whole_only=True)
    changed = masks.merge({**sheet.props, "gridProperties": dict(sheet.props["gridProperties"])}, wanted, tree)
    changed = colours.paired(sheet.props, changed)
    if "title" in tree:
        changed["title"] = _checked_title(book, wanted.get("title", ""), sheet)
        references.rename(book, sheet.title, changed["title"])
    _change_grid(book, sheet, changed)
    _hide(book, sheet, changed)
    if "sheetType" in tree and changed.get("sheetType") != "GRID":
        raise RefusedError("The type of a sheet cannot be changed.")
    sheet.props.update(changed)
    for key in [key for key in sheet.props if key not in changed]:
        del sheet.props[key]
    if "index" in tree:
        _move(book, sheet, wanted.get("index", len(book.sheets)))
    return {}


def _move(book: Book, sheet: SheetTab, index: int) -> None:
    """Move a tab; the place is counted before anything has moved."""
    old = book.sheets.index(sheet)
    if index not in (old, old + 1):
        _place(book, sheet, index - 1 if index > old else index)


def _change_grid(book: Book, sheet: SheetTab, changed: Json) -> None:
    grid = changed.setdefault("gridProperties", {})
    for key, value in list(grid.items()):
        if value is False or (key.startswith("frozen") and value == 0):
            del grid[key]
    for key in ("rowCount", "columnCount"):
        grid.setdefault(key, sheet.props["gridProperties"][key])
    check_grid(grid)
    rows, columns = grid["rowCount"], grid["columnCount"]
    if rows < sheet.row_count or columns < sheet.column_count:
        _guard_cut(book, sheet, rows, columns)
    if (rows, columns) != (sheet.row_count, sheet.column_count):
        structure.trim(book, sheet, rows, columns)


def _guard_cut(book: Book, sheet: SheetTab, rows: int, columns: int) -> None:
    for gone in sheet.area.minus(GridArea(sheet.sheet_id, 0, rows, 0, columns)):
        book.guard(gone)


def _hide(book: Book, sheet: SheetTab, changed: Json) -> None:
    if not changed.get("hidden"):
        changed.pop("hidden", None)
    elif all(other.props.get("hidden") for other in book.sheets if other is not sheet):
        raise RefusedError("You can't hide all the sheets in a document.")
    if not changed.get("rightToLeft"):
        changed.pop("rightToLeft", None)


def update_spreadsheet_properties(book: Book, given: Json) -> Json:
    """Do updateSpreadsheetProperties."""
    wanted = given.get("properties", {})
    tree = masks.for_update("SpreadsheetProperties", given.get("fields"), root="properties")
    if "*" in tree:
        tree = {name: {} for name in wanted}
    if "title" in tree:
        if not wanted.get("title"):
            raise RefusedError("You can't leave the spreadsheet title blank.")
        book.file.name = wanted["title"]
    changed = masks.merge(book.props, wanted, {name: below for name, below in tree.items() if name != "title"})
    for name in ("locale", "timeZone", "autoRecalc", "defaultFormat"):
        changed.setdefault(name, book.props[name])
    if not is_locale(changed["locale"]):
        raise RefusedError(f"Unsupported locale: {changed['locale']}")
    if not is_time_zone(changed["timeZone"]):
        raise RefusedError(f"Unsupported time zone: {changed['timeZone']}")
    if book.props.get(IMPORTS_ALLOWED) and not changed.get(IMPORTS_ALLOWED):
        raise RefusedError(f"{IMPORTS_ALLOWED} is read only once it is true.")
    book.props = changed
    return {}


KINDS = {
    "addSheet": add_sheet,
    "deleteSheet": delete_sheet,
    "duplicateSheet": duplicate_sheet,
    "updateSheetProperties": update_sheet_properties,
    "updateSpreadsheetProperties": update_spreadsheet_properties,
}
