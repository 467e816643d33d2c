"""Drive v2's upload of a CSV, which gspread's import uses: the file becomes one tab with what the text holds."""

import csv
import io

from service.embedded.api_errors import ApiError, Json, RefusedError, bad_request
from service.embedded.book.cell_writing import Writer
from service.embedded.book.open_book import Book, SheetTab
from service.embedded.drive import file_resource
from service.embedded.sheets_api.call import Call
from service.embedded.sheets_api.kinds import tabs
from service.embedded.storage import file_records
from service.embedded.storage.callers import FileRole


def upload(call: Call) -> Json:
    """Answer v2's files.update with media: remove all tabs but the first and refill that one."""
    if call.query.get("uploadType") != "media":
        raise bad_request("The embedded server takes uploads of type media only.")
    file = file_resource.opened(call, FileRole.WRITER)
    if file.mime != file_records.SPREADSHEET:
        raise bad_request("The embedded server takes uploads into spreadsheets only.")
    book = call.book(FileRole.WRITER, file.id)
    try:
        _replace(book, _rows(call.raw))
    except RefusedError as error:
        raise bad_request(str(error)) from error
    book.save(call.now)
    return {
        "kind": "drive#file",
        "id": file.id,
        "title": book.file.name,
        "mimeType": file.mime,
        "createdDate": book.file.created,
        "modifiedDate": book.file.modified,
    }


def _rows(raw: bytes) -> list[list[str]]:
    try:
        text = raw.decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text, newline="")))
    except (UnicodeDecodeError, csv.Error) as error:
        raise ApiError(400, "Bad Request: the text is no CSV in UTF-8.", reason="badRequest") from error


def _replace(book: Book, rows: list[list[str]]) -> None:
    first = book.first_sheet()
    first.props.pop("hidden", None)
    for sheet in book.sheets[1:]:
        tabs.delete_sheet(book, {"sheetId": sheet.sheet_id})
    book.guard(first.area)
    first.grid.replace_rows({})
    first.parts.clear()
    _fill(book, first, rows)


def _fill(book: Book, sheet: SheetTab, rows: list[list[str]]) -> None:
    sheet.resize(max(len(rows), 1), max((len(row) for row in rows), default=1) or 1)
    writer = Writer(book, typed=True)
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            writer.put(sheet, number, column, text)
