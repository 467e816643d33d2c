"""A spreadsheet as a file to take away: CSV, TSV, xlsx, ODS, zipped pages of HTML, PDF."""

import csv
import io
from collections.abc import Callable

from service.embedded.api_errors import ApiError, RefusedError, bad_request
from service.embedded.book.open_book import Book, SheetTab
from service.embedded.drive import html_export, ods_export, pdf_conversion
from service.embedded.sheets_api import blocks
from service.embedded.sheets_api.call import Raw
from service.embedded.sheets_api.render import Renderer, RenderOptions

CSV, TSV = "text/csv", "text/tab-separated-values"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODS, ODS_OLD = "application/vnd.oasis.opendocument.spreadsheet", "application/x-vnd.oasis.opendocument.spreadsheet"
PDF, ZIP = "application/pdf", "application/zip"
# as the address of a spreadsheet names them: /spreadsheets/d/ID/export?format=…
MIME_OF_FORMAT = {"csv": CSV, "tsv": TSV, "xlsx": XLSX, "ods": ODS, "pdf": PDF, "zip": ZIP, "html": ZIP}
# as a file's record lists what it can be exported to: both names of ODS, one of zipped HTML
_LINKED = {ODS_OLD: "ods", **{mime: name for name, mime in MIME_OF_FORMAT.items() if name != "html"}}
_ENDINGS = {CSV: "csv", TSV: "tsv", XLSX: "xlsx", ODS: "ods", ODS_OLD: "ods", PDF: "pdf", ZIP: "zip"}


def links(file_id: str) -> dict[str, str]:
    """Return the address of each export of a spreadsheet, by type, as records of files have them."""
    page = f"https://docs.google.com/spreadsheets/export?id={file_id}&exportFormat="
    return {mime: page + name for mime, name in _LINKED.items()}


def export(book: Book, mime: str, tab: int | None = None) -> Raw:
    """Return the file in the wanted form, or raise the 400 for a form this server does not write.

    CSV and TSV hold one tab, the first where none is named; a PDF holds the named one, or all that are not hidden.
    """
    write = _WRITERS.get(mime)
    if write is None:
        raise ApiError(400, "The requested conversion is not supported.", reason="badRequest")
    named = None if tab is None else _tab(book, tab)
    return write(book, named)


def filename(book: Book, mime: str, tab: int | None) -> str:
    """Return the name a browser keeps the file under."""
    ending = _ENDINGS.get(mime, "bin")
    one = ending in ("csv", "tsv")
    sheet = _tab(book, tab) if tab is not None else book.first_sheet()
    return f"{book.file.name} - {sheet.title}.{ending}" if one else f"{book.file.name}.{ending}"


def _tab(book: Book, number: int) -> SheetTab:
    try:
        return book.sheet(number)
    except RefusedError as error:
        raise bad_request(f"Invalid gid: {error}") from error


def _csv(book: Book, tab: SheetTab | None) -> Raw:
    return Raw(_separated(book, tab, ",").encode(), f"{CSV}; charset=utf-8")


def _tsv(book: Book, tab: SheetTab | None) -> Raw:
    return Raw(_separated(book, tab, "\t").encode(), f"{TSV}; charset=utf-8")


def _xlsx(book: Book, _tab: SheetTab | None) -> Raw:
    return Raw(_workbook(book), XLSX)


def _ods(book: Book, _tab: SheetTab | None) -> Raw:
    return Raw(ods_export.document(book), ODS_OLD)


def _zip(book: Book, _tab: SheetTab | None) -> Raw:
    return Raw(html_export.pages(book), ZIP)


def _pdf(book: Book, tab: SheetTab | None) -> Raw:
    pdf_conversion.require(book)
    if tab is not None:
        # Hidden tabs are not printed. This copy of the file is in memory only, and is not written back.
        for sheet in book.sheets:
            sheet.props["hidden"] = sheet is not tab
    return Raw(_workbook(book), PDF, convert=pdf_conversion.of_workbook)


_WRITERS: dict[str, Callable[[Book, SheetTab | None], Raw]] = {
    CSV: _csv, TSV: _tsv, XLSX: _xlsx, ODS: _ods, ODS_OLD: _ods, ZIP: _zip, PDF: _pdf,
}  # fmt: skip


def _workbook(book: Book) -> bytes:
    from service.embedded.drive import xlsx_export  # noqa: PLC0415 – openpyxl brings numpy: 17 MB no other request needs

    return xlsx_export.workbook(book)


def _separated(book: Book, tab: SheetTab | None, delimiter: str) -> str:
    sheet = tab or book.first_sheet()
    block = blocks.read(book, sheet, sheet.area, Renderer(book), RenderOptions())
    width = max((len(row) for row in block), default=0)
    book.work.spend(len(block) * width // 4)
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerows(row + [""] * (width - len(row)) for row in block)
    return text.getvalue().removesuffix("\r\n")
