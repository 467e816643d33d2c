"""Drive v2's upload of a CSV, which gspread's import uses: the file becomes one new tab with what the text holds."""

import csv
import io

from service.embedded.api_errors import ApiError, Json, RefusedError, bad_request
from service.embedded.book.cell_writing import Writer
from service.embedded.book.open_book import Book, SheetTab
from service.embedded.book.request_work import Spend
from service.embedded.book.sheet_properties import DEFAULT_COLUMNS, DEFAULT_ROWS, sheet_props
from service.embedded.drive import file_resource, v2_resource
from service.embedded.sheets_api.call import Call
from service.embedded.sheets_api.kinds import tabs
from service.embedded.storage import file_records
from service.embedded.storage.callers import FileRole


def upload(call: Call) -> Json:
    """Answer v2's files.update with media: a new tab in place of all there were."""
    if call.query.get("uploadType") != "media":
        raise bad_request("The embedded server takes uploads of type media only.")
    file = file_resource.opened(call, FileRole.WRITER)
    if file.mime != file_records.SPREADSHEET:
        raise bad_request("The embedded server takes uploads into spreadsheets only.")
    book = call.book(FileRole.WRITER, file.id)
    try:
        _replace(book, _rows(call.raw, book.work.spend))
    except RefusedError as error:
        raise bad_request(str(error)) from error
    book.save(call.now)
    return v2_resource.shown(call, book.file)


def _rows(raw: bytes, spend: Spend) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")):
            spend(1 + 3 * len(row))
            rows.append(row)
    except (UnicodeDecodeError, csv.Error) as error:
        raise ApiError(400, "Bad Request: the text is no CSV in UTF-8.", reason="badRequest") from error
    return rows


def _replace(book: Book, rows: list[list[str]]) -> None:
    old = list(book.sheets)
    for sheet in old:
        book.guard_sheet(sheet)
    number = book.new_sheet_id()
    fresh = book.add_sheet(sheet_props({}, f"\0{number}", number, len(old)))
    for sheet in old:
        tabs.delete_sheet(book, {"sheetId": sheet.sheet_id})
    # Google names the tab after the file.
    fresh.props["title"] = book.file.name.strip()[: tabs.LONGEST_TITLE].strip() or "Sheet1"
    _fill(book, fresh, rows)


def _fill(book: Book, sheet: SheetTab, rows: list[list[str]]) -> None:
    width = max((len(row) for row in rows), default=0)
    sheet.resize(max(len(rows), DEFAULT_ROWS), max(width, DEFAULT_COLUMNS))
    writer = Writer(book, typed=True)
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            writer.put(sheet, number, column, text)
