"""A list of units that a person brings, pasted or as a file, read to rows by the titles of its columns."""

from __future__ import annotations

from service.documents.file_reading import read_table, refuse_larger
from service.errors import SeasonRefusedError, UnreadableFileError
from service.seasons.roster_edits import ListLine, roster_forms
from sheets_schema.campaign import Form
from sheets_schema.grid import Grid
from sheets_schema.reading import headers
from sheets_schema.wording import message

LARGEST_LIST = 4 * 1024 * 1024
MOST_UNITS = 10_000
_SEPARATORS = "\t;|,"


def rows_of_list(content: bytes, name: str = "") -> tuple[ListLine, ...]:
    """Return the lines of a list below its header, by the roster's columns; a bare list of names needs none.

    SeasonRefusedError says why it cannot be read, and which titles are looked for.
    """
    try:
        refuse_larger(len(content), LARGEST_LIST)
        rows = _bare_names(content) if not name else ()
        rows = rows or _of_table(content, name)
    except UnreadableFileError as error:
        raise SeasonRefusedError(error.message) from error
    if len(rows) > MOST_UNITS:
        raise SeasonRefusedError(message("roster.too_many", most=MOST_UNITS))
    return rows


def _bare_names(content: bytes) -> tuple[ListLine, ...]:
    """Return the lines of a text without columns as names."""
    lines = content.decode("utf-8", "replace").splitlines()
    if any(mark in line for line in lines for mark in _SEPARATORS):
        return ()
    return tuple(ListLine(number, {"name": line}) for number, line in enumerate(lines, start=1) if line.strip())


def _of_table(content: bytes, name: str) -> tuple[ListLine, ...]:
    first: UnreadableFileError | None = None
    for form in roster_forms():
        try:
            sheets = read_table(content, form, name).read
        except UnreadableFileError as error:
            first = first or error
            continue
        return tuple(row for sheet in sheets for row in _rows(sheet.grid, form))
    raise first or UnreadableFileError(message("documents.empty"))


def _rows(grid: Grid, form: Form) -> list[ListLine]:
    header = headers.find_header(form, grid)
    if header is None:
        return []
    columns = {column: key for column, key in header.columns.items() if key != headers.UNIT_KEY}
    columns |= {column: "code" for column, key in header.columns.items() if key == headers.UNIT_KEY}
    found = [
        ListLine(grid.row_number(line), {key: grid.text(line, column) for column, key in columns.items()})
        for line in range(header.end, len(grid.cells))
    ]
    return [row for row in found if any(cell.strip() for cell in row.cells.values())]
