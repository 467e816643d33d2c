"""CSV as Excel and Sheets write it: UTF-8 with or without BOM, UTF-16; comma, semicolon or tab."""

from __future__ import annotations

import codecs
import csv
import io

from service.documents.grid_file import TableFile, no_header
from service.errors import UnreadableFileError
from sheets_schema.campaign import Form
from sheets_schema.reading import headers
from sheets_schema.reading.rows import Grid
from sheets_schema.wording import message

SEPARATORS = (",", ";", "\t", "|")
LARGEST_CELL = 10_000_000

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: it begins with the same bytes
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read(content: bytes, form: Form) -> TableFile:
    """Read a CSV file; its separator is the one under which the header is found."""
    written = decoded(content)
    best: Grid | None = None
    most = 0
    for separator in SEPARATORS:
        grid = Grid(_records(written, separator))
        header = headers.find_header(form, grid)
        if header is not None and len(header.columns) > most:
            best, most = grid, len(header.columns)
    if best is None:
        raise UnreadableFileError(no_header(form))
    return TableFile(best, _ignored(form, best))


def decoded(content: bytes) -> str:
    """Decode a text file; one that is not Unicode is refused with what to do."""
    encoding = next((name for bom, name in _BOMS if content.startswith(bom)), None) or _unmarked_encoding(content)
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableFileError(message("documents.not_utf8")) from error


def _unmarked_encoding(content: bytes) -> str:
    """Guess between UTF-8 and UTF-16 without BOM: in the latter every other byte of plain letters is zero."""
    sample = content[:2000]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 8 < len(sample):
        return "utf-8"
    return "utf-16-le" if odd > even else "utf-16-be"


def _records(written: str, separator: str) -> tuple[tuple[str, ...], ...]:
    csv.field_size_limit(LARGEST_CELL)
    try:
        return tuple(tuple(record) for record in csv.reader(io.StringIO(written, newline=""), delimiter=separator))
    except csv.Error as error:
        raise UnreadableFileError(message("documents.csv_unreadable", reason=str(error))) from error


def _ignored(form: Form, grid: Grid) -> tuple[str, ...]:
    header = headers.find_header(form, grid)
    if header is None:
        return ()
    cells = grid.cells[header.start]
    return tuple(cell for column, cell in enumerate(cells) if cell.strip() and column not in header.columns)
