"""The spreadsheets methods: create, get, getByDataFilter, batchUpdate, metadata get and search, sheets.copyTo."""

from service.embedded.api_errors import Json, RefusedError, bad_request, forbidden, no_storage, not_found
from service.embedded.book import copying, datafilters
from service.embedded.book import open_book as books
from service.embedded.book.locales import is_locale, is_time_zone
from service.embedded.book.open_book import Book, SheetTab
from service.embedded.book.ranges import GridArea
from service.embedded.contract import masks, request_check
from service.embedded.sheets_api import kinds, resource
from service.embedded.sheets_api.call import Call
from service.embedded.sheets_api.cells import CellPatch
from service.embedded.storage import file_records
from service.embedded.storage.callers import FileRole

DEFAULT_FORMAT: Json = {
    "backgroundColor": {"red": 1, "green": 1, "blue": 1},
    "padding": {"top": 2, "right": 3, "bottom": 2, "left": 3},
    "verticalAlignment": "BOTTOM",
    "wrapStrategy": "OVERFLOW_CELL",
    "textFormat": {
        "foregroundColor": {},
        "fontFamily": "arial,sans,sans-serif",
        "fontSize": 10,
        "bold": False,
        "italic": False,
        "strikethrough": False,
        "underline": False,
        "foregroundColorStyle": {"rgbColor": {}},
    },
    "backgroundColorStyle": {"rgbColor": {"red": 1, "green": 1, "blue": 1}},
}
DEFAULT_PROPERTIES: Json = {
    "locale": "en_US",
    "autoRecalc": "ON_CHANGE",
    "timeZone": "Etc/GMT",
    "defaultFormat": DEFAULT_FORMAT,
}
EVERY_CELL = ("userEnteredValue", "userEnteredFormat", "dataValidation", "note", "textFormatRuns")


def create(call: Call) -> Json:
    """Answer spreadsheets.create."""
    given = call.body.get("properties", {})
    title = given.get("title") or "Untitled spreadsheet"
    props = DEFAULT_PROPERTIES | {key: value for key, value in given.items() if key != "title"}
    check_properties(props)
    if not call.caller.can_own:
        raise no_storage()
    file = file_records.create(call.connection, call.caller.email, title, file_records.SPREADSHEET, call.now, {})
    book = new_book(call, file, props)
    try:
        _fill(book, call.body)
    except RefusedError as error:
        raise bad_request(f"Invalid spreadsheet: {error}") from error
    book.flush()
    return resource.spreadsheet(book, _mask(call), None, grid_data=False)


def new_book(call: Call, file: file_records.DriveFile, props: Json) -> Book:
    """Return an empty spreadsheet for a new file."""
    book = books.new_book(call.connection, file, props, call.caller, call.cache)
    book.now = call.now
    call.books.append(book)
    return book


def check_properties(props: Json) -> None:
    """Refuse properties no spreadsheet may have."""
    if not is_locale(props.get("locale", "")):
        raise bad_request(f"Invalid properties.locale: Unsupported locale: {props.get('locale')}")
    if not is_time_zone(props.get("timeZone", "")):
        raise bad_request(f"Invalid properties.timeZone: Unsupported time zone: {props.get('timeZone')}")


def _fill(book: Book, body: Json) -> None:
    given = body.get("sheets") or [{}]
    for index, sheet in enumerate(given):
        _add_sheet(book, sheet, index)
    for entry in body.get("namedRanges", []):
        kinds.perform(book, {"addNamedRange": {"namedRange": entry}})
    metadata = list(body.get("developerMetadata", []))
    for entry in metadata:
        located = {"location": {"spreadsheet": True}} | entry
        kinds.perform(book, {"createDeveloperMetadata": {"developerMetadata": located}})


def _add_sheet(book: Book, given: Json, index: int) -> None:
    props: Json = {"title": f"Sheet{index + 1}", "sheetId": 0 if index == 0 else book.new_sheet_id()}
    # The first tab of a file without any choice has id 0.
    props |= {key: value for key, value in given.get("properties", {}).items() if key != "index"}
    kinds.perform(book, {"addSheet": {"properties": props}})
    sheet = book.sheet(props["sheetId"])
    for data in given.get("data", []):
        _fill_cells(book, sheet, data)
    for name, kind, key in _GIVEN_PARTS:
        for entry in given.get(name, []):
            kinds.perform(book, {kind: {key: entry}})
    for entry in given.get("developerMetadata", []):
        located = {"location": {"sheetId": sheet.sheet_id}} | entry
        kinds.perform(book, {"createDeveloperMetadata": {"developerMetadata": located}})


_GIVEN_PARTS = (
    ("merges", "mergeCells", "range"),
    ("protectedRanges", "addProtectedRange", "protectedRange"),
    ("conditionalFormats", "addConditionalFormatRule", "rule"),
    ("charts", "addChart", "chart"),
    ("filterViews", "addFilterView", "filter"),
)


def _fill_cells(book: Book, sheet: SheetTab, data: Json) -> None:
    patch = CellPatch(book, {name: {} for name in EVERY_CELL})
    top, left = data.get("startRow", 0), data.get("startColumn", 0)
    for row, row_data in enumerate(data.get("rowData", []), start=top):
        for column, cell in enumerate(row_data.get("values", []), start=left):
            if row >= sheet.row_count or column >= sheet.column_count or row < 0 or column < 0:
                raise RefusedError("sheets.data reaches beyond the grid.")
            patch.put(sheet, row, column, cell)
    for axis, start, name in (("ROWS", top, "rowMetadata"), ("COLUMNS", left, "columnMetadata")):
        for index, entry in enumerate(data.get(name, []), start=start):
            kept = {key: value for key, value in entry.items() if key in ("pixelSize", "hiddenByUser") and value}
            if kept:
                sheet.dimension(axis)[str(index)] = kept


def _mask(call: Call) -> masks.Tree | None:
    return masks.for_answer("sheets", "Spreadsheet", call.query.get("fields"))


def get(call: Call) -> Json:
    """Answer spreadsheets.get."""
    tree = _mask(call)
    book = call.book(FileRole.READER)
    texts = call.query.get("ranges")
    areas = [datafilters.area_of_a1(book, text) for text in texts] if texts else None
    return resource.spreadsheet(book, tree, areas, grid_data=bool(call.query.get("includeGridData")))


def get_by_data_filter(call: Call) -> Json:
    """Answer spreadsheets.getByDataFilter."""
    tree = _mask(call)
    book = call.book(FileRole.READER)
    filters = call.body.get("dataFilters")
    areas: list[GridArea] | None = None
    if filters:
        areas = []
        for index, data_filter in enumerate(filters):
            areas += datafilters.areas_of(book, data_filter, f"dataFilters[{index}]")
    return resource.spreadsheet(book, tree, areas, grid_data=bool(call.body.get("includeGridData")))


def batch_update(call: Call) -> Json:
    """Answer spreadsheets.batchUpdate: all requests or none."""
    tree = masks.for_answer("sheets", "BatchUpdateSpreadsheetResponse", call.query.get("fields"))
    book = call.book(FileRole.WRITER)
    requests = call.body.get("requests", [])
    if not requests:
        raise bad_request("Must specify at least one request.")
    replies = [kinds.perform_at(book, index, request) for index, request in enumerate(requests)]
    book.save(call.now)
    answer: Json = {"spreadsheetId": book.file.id, "replies": replies}
    if call.body.get("includeSpreadsheetInResponse"):
        texts = call.body.get("responseRanges")
        areas = [datafilters.area_of_a1(book, text) for text in texts] if texts else None
        with_cells = bool(call.body.get("responseIncludeGridData"))
        answer["updatedSpreadsheet"] = resource.spreadsheet(book, None, areas, grid_data=with_cells)
    picked: Json = masks.pick(tree, answer)
    return picked


def metadata_get(call: Call) -> Json:
    """Answer developerMetadata.get."""
    book = call.book(FileRole.READER)
    found = datafilters.lookup(book, {"metadataId": request_check.check_number(call.args[1])})
    if not found:
        raise not_found()
    return datafilters.shown_metadata(found[0])


def metadata_search(call: Call) -> Json:
    """Answer developerMetadata.search."""
    book = call.book(FileRole.READER)
    filters_of: dict[int, list[Json]] = {}
    entries: dict[int, Json] = {}
    for data_filter in call.body.get("dataFilters", []):
        for entry in datafilters.matching(book, data_filter):
            entries[entry["metadataId"]] = entry
            filters_of.setdefault(entry["metadataId"], []).append(data_filter)
    matched = [
        {"developerMetadata": datafilters.shown_metadata(entry), "dataFilters": filters_of[number]}
        for number, entry in entries.items()
    ]
    return {"matchedDeveloperMetadata": matched} if matched else {}


def copy_to(call: Call) -> Json:
    """Answer sheets.copyTo."""
    book = call.book(FileRole.READER)
    if book.role < FileRole.WRITER and book.file.doc.get("copyRequiresWriterPermission"):
        raise forbidden()
    try:
        source = book.sheet(request_check.check_number(call.args[1]))
    except RefusedError as error:
        raise bad_request(f"Invalid sheetId: {error}") from error
    target_id = call.body.get("destinationSpreadsheetId", "")
    target = book if target_id == book.file.id else call.book(FileRole.WRITER, target_id)
    if target.role < FileRole.WRITER:
        raise not_found()
    copy = copying.copy_sheet(book, source, target, title=_free_title(target, f"Copy of {source.title}"))
    target.save(call.now)
    return resource.sheet_properties(target, copy)


def _free_title(book: Book, title: str) -> str:
    candidate, number = title, 1
    while book.sheet_titled(candidate):
        number += 1
        candidate = f"{title} {number}"
    return candidate
