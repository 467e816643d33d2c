"""Files of rows read to grids, with the row numbers people see in them; what a file is, its contents say.

The readers are loaded when such a file is met.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from service.documents.file_kinds import FileKind, kind_of
from service.documents.grid_file import FileSheet, TableFile, no_header
from service.errors import UnreadableFileError
from sheets_schema.campaign import Form
from sheets_schema.layout import feedback_title
from sheets_schema.reading import headers
from sheets_schema.wording import message
from sheets_schema.wording.system_reasons import system_reason

LARGEST_FILE = 100 * 1024 * 1024


def read_table_file(path: Path, form: Form) -> TableFile:
    """Read a file of a form's rows; UnreadableFileError says why it cannot be read and what to do."""
    content = content_of(path)
    try:
        return read_table(content, form, path.name)
    except UnreadableFileError as error:
        raise of_file(path.name, error) from error


def read_table(content: bytes, form: Form, name: str = "") -> TableFile:
    """Read what a file holds; its name decides nothing but whether a line in braces is JSON."""
    if not content.strip():
        raise UnreadableFileError(message("documents.empty"))
    sheets = tuple(_joined(_judged(sheet, form) for sheet in _sheets(content, form, name)))
    table = TableFile(sheets)
    if not table.read:
        hidden = [f"“{sheet.name}”" for sheet in sheets if sheet.has_table]
        if hidden:
            raise UnreadableFileError(message("documents.all_hidden", sheets=", ".join(hidden)))
        raise UnreadableFileError(no_header(form, (sheet.grid for sheet in sheets)))
    return table


def _sheets(content: bytes, form: Form, name: str) -> tuple[FileSheet, ...]:
    kind = kind_of(content, name)
    if kind is FileKind.JSONL:
        from service.documents import jsonl_files  # noqa: PLC0415 – each reader is loaded when it is needed

        return jsonl_files.read(content, form)
    if kind is FileKind.TEXT:
        from service.documents import csv_files  # noqa: PLC0415 – each reader is loaded when it is needed

        return csv_files.read(content, form)
    if kind is FileKind.BINARY:
        from service.documents import binary_files  # noqa: PLC0415 – each reader is loaded when it is needed

        return binary_files.read(content)
    return _packed(content, kind)


def _packed(content: bytes, kind: FileKind) -> tuple[FileSheet, ...]:
    from service.documents import ods_files, word_files, xlsx_files  # noqa: PLC0415 – each reader is loaded when it is needed
    from service.documents.packed_parts import PackedParts  # noqa: PLC0415 – each reader is loaded when it is needed

    readers = {FileKind.XLSX: xlsx_files.read, FileKind.ODS: ods_files.read, FileKind.DOCX: word_files.read}
    return readers[kind](PackedParts(content))


def _judged(sheet: FileSheet, form: Form) -> FileSheet:
    """Return a sheet with whether the form's table is on it, and the columns that are none of the form's."""
    header = headers.find_header(form, sheet.grid)
    if header is None:
        return replace(sheet, has_table=False)
    cells = sheet.grid.cells[header.start]
    others = (cell for column, cell in enumerate(cells) if cell.strip() and column not in header.columns)
    ours = headers.plain(feedback_title())
    return replace(sheet, ignored=(*sheet.ignored, *(title for title in others if headers.plain(title) != ours)))


def of_file(name: str, error: UnreadableFileError) -> UnreadableFileError:
    """Return an error that names the file."""
    return UnreadableFileError(message("documents.of_file", name=name, reason=error.message))


def _joined(sheets: Iterable[FileSheet]) -> Iterator[FileSheet]:
    """Yield sheets; a table that was cut, and goes on in the next without its titles, is one."""
    above: FileSheet | None = None
    for sheet in sheets:
        goes_on = sheet.follows and not sheet.has_table and sheet.columns == (above.columns if above else 0)
        if above is not None and above.has_table and goes_on:
            above = _one_sheet(above, sheet)
            continue
        if above is not None:
            yield above
        above = sheet
    if above is not None:
        yield above


def _one_sheet(above: FileSheet, sheet: FileSheet) -> FileSheet:
    """Return a table and the one that it goes on in as one; blank rows at the top of the latter are none of it."""
    upper, lower = above.grid, sheet.grid
    blank = next((index for index, row in enumerate(lower.cells) if any(row)), 0)
    shift = len(upper.cells) - blank
    merges = (one._replace(start_row=one.start_row + shift, end_row=one.end_row + shift) for one in lower.merges)
    grid = replace(upper, cells=(*upper.cells, *lower.cells[blank:]), merges=(*upper.merges, *merges))
    struck = (*above.struck, *((row + shift, column) for row, column in sheet.struck))
    return replace(above, name=f"{above.name}+{sheet.name}", grid=grid, struck=struck)


def refuse_larger(size: int, largest: int) -> None:
    """Raise UnreadableFileError for a file of more bytes than are taken."""
    if size > largest:
        raise UnreadableFileError(message("documents.too_large", megabytes=largest // 2**20))


def content_of(path: Path, largest: int = LARGEST_FILE) -> bytes:
    """Return what a file of the disk holds; UnreadableFileError names it and says why it is not opened."""
    try:
        refuse_larger(path.stat().st_size, largest)
        return path.read_bytes()
    except UnreadableFileError as error:
        raise of_file(path.name, error) from error
    except FileNotFoundError as error:
        raise of_file(path.name, UnreadableFileError(message("documents.no_file"))) from error
    except OSError as error:
        reason = system_reason(error)
        raise of_file(path.name, UnreadableFileError(message("documents.unopened", reason=reason))) from error
