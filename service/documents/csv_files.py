"""Text with separators as Excel and Sheets write it (.csv, .tsv, .txt): UTF-8 with or without BOM, UTF-16."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from service.documents.grid_file import FileSheet, no_header
from service.documents.sheet_building import FileBounds, SheetBuilder
from service.errors import UnreadableFileError
from sheets_schema.campaign import Form
from sheets_schema.grid import Grid
from sheets_schema.reading import headers
from sheets_schema.wording import message

SEPARATORS = (",", ";", "\t", "|")
LARGEST_CELL = 10_000_000
LEAST_WIDTH = 3  # cells of a record that a line within a cell may be taken for
SAMPLE = 100_000  # characters in which the header of most files is
END_OF_FILE = "\x1a"  # what DOS ended a text with

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: it begins with the same bytes
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read(content: bytes, form: Form) -> tuple[FileSheet, ...]:
    """Read a text with separators; the separator is the one under which the header is found."""
    written = decoded(content)
    if not written.strip():
        raise UnreadableFileError(message("documents.empty"))
    separator = _separator(written, form)
    if not separator:
        raise UnreadableFileError(no_header(form, (_grid(written, one) for one in SEPARATORS)))
    return (_sheet(written, separator),)


def _separator(written: str, form: Form) -> str:
    """Return the separator that finds most of the form's titles, blank if none finds the header."""
    for sample in (written[:SAMPLE], written):
        best, most = "", 0
        for separator in SEPARATORS:
            header = headers.find_header(form, _grid(sample, separator))
            if header is not None and len(header.columns) > most:
                best, most = separator, len(header.columns)
        if best:
            return best
    return ""


def _grid(written: str, separator: str) -> Grid:
    return Grid(tuple(map(tuple, _records(written, separator, strict=False))))


def _sheet(written: str, separator: str) -> FileSheet:
    sheet = SheetBuilder("", FileBounds())
    for number, record in enumerate(_records(written, separator), start=1):
        for column, cell in enumerate(record):
            sheet.put(number, column, cell)
    return sheet.build()


def decoded(content: bytes) -> str:
    """Decode a text file; one that is not Unicode is refused with what to do."""
    encoding = next((name for bom, name in _BOMS if content.startswith(bom)), None) or _unmarked_encoding(content)
    try:
        return content.decode(encoding).rstrip(END_OF_FILE)
    except UnicodeDecodeError as error:
        raise UnreadableFileError(message("documents.not_utf8")) from error


def _unmarked_encoding(content: bytes) -> str:
    """Guess between UTF-8 and UTF-16 without BOM: in the latter every other byte of plain letters is zero."""
    sample = content[:2000]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 8 < len(sample):
        return "utf-8"
    return "utf-16-le" if odd > even else "utf-16-be"


def _records(written: str, separator: str, *, strict: bool = True) -> Iterator[list[str]]:
    """Yield each record; one that a quotation mark made of several lines by mistake is refused by its line."""
    csv.field_size_limit(LARGEST_CELL)
    lines: list[str] = []  # of the record being read
    reader = csv.reader(_noted(io.StringIO(written, newline=""), lines), delimiter=separator)
    first, width = 1, LEAST_WIDTH
    try:
        for record in reader:
            if strict and (len(lines) > 1 or lines[0].count('"') % 2) and _swallows(lines, separator, width):
                raise UnreadableFileError(message("documents.unclosed_quote", line=first))
            if strict and len(lines) == 1 and '"' in lines[0] and not _is_well_quoted(lines, separator):
                record = _as_typed(lines[0].rstrip("\r\n"), separator)
            yield record
            width = max(width, len(record))
            first = reader.line_num + 1
            lines.clear()
    except csv.Error as error:
        if len(lines) > 1:
            raise UnreadableFileError(message("documents.unclosed_quote", line=first)) from error
        if "field limit" in str(error):
            raise UnreadableFileError(message("documents.cell_too_long", line=first, most=LARGEST_CELL)) from error
        raise UnreadableFileError(message("documents.csv_unreadable", line=first)) from error


def _noted(source: Iterable[str], lines: list[str]) -> Iterator[str]:
    for line in source:
        lines.append(line)
        yield line


_QUOTED = re.compile(r'"(?:[^"]|"")*"')


def _is_well_quoted(lines: Sequence[str], separator: str) -> bool:
    try:
        list(csv.reader(lines, delimiter=separator, strict=True))
    except csv.Error:
        return False
    return True


def _as_typed(line: str, separator: str) -> list[str]:
    """Return the cells of a line where quotation marks are some of the words: `"Dân vận khéo" năm 2023`."""
    cells, start, is_inside = [], 0, False
    for at, letter in enumerate(line):
        if letter == '"':
            is_inside = not is_inside
        elif letter == separator and not is_inside:
            cells.append(line[start:at])
            start = at + 1
    cells.append(line[start:])
    return [cell[1:-1].replace('""', '"') if _QUOTED.fullmatch(cell) else cell for cell in cells]


def _swallows(lines: Sequence[str], separator: str, width: int) -> bool:
    """Return True if a record of several lines is one only because a quotation mark was not closed where it should."""
    if not _is_well_quoted(lines, separator):
        return True
    numbered = re.compile(rf'"?\d+(?:\.\d+)*"?{re.escape(separator)}\S')
    return any(numbered.match(line) and line.count(separator) >= width - 1 for line in lines[1:])
