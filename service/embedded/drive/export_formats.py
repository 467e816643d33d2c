"""A spreadsheet as a file to take away: CSV, TSV, xlsx."""

import csv
import io

from service.embedded.api_errors import ApiError
from service.embedded.book.open_book import Book
from service.embedded.sheets_api import blocks
from service.embedded.sheets_api.call import Raw
from service.embedded.sheets_api.render import Renderer, RenderOptions

CSV, TSV = "text/csv", "text/tab-separated-values"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def export(book: Book, mime: str) -> Raw:
    """Return the file in the wanted form, or raise the 400 for a form this server does not write."""
    if mime == CSV:
        return Raw(_separated(book, ",").encode(), f"{CSV}; charset=utf-8")
    if mime == TSV:
        return Raw(_separated(book, "\t").encode(), f"{TSV}; charset=utf-8")
    if mime == XLSX:
        return Raw(_workbook(book), XLSX)
    raise ApiError(400, "The requested conversion is not supported.", reason="badRequest")


def _workbook(book: Book) -> bytes:
    from service.embedded.drive import xlsx_export  # noqa: PLC0415 – openpyxl brings numpy: 17 MB no other request needs

    return xlsx_export.workbook(book)


def _separated(book: Book, delimiter: str) -> str:
    sheet = book.first_sheet()
    block = blocks.read(book, sheet, sheet.area, Renderer(book), RenderOptions())
    width = max((len(row) for row in block), default=0)
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerows(row + [""] * (width - len(row)) for row in block)
    return text.getvalue().removesuffix("\r\n")
