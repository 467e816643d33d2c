"""A list of units that a person brings, pasted or as a file, read to rows by the titles of its columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

from service.documents.file_reading import read_table, refuse_larger
from service.errors import SeasonRefusedError, UnreadableFileError
from service.seasons.roster_edits import ListLine, roster_forms
from sheets_schema.campaign import Form
from sheets_schema.grid import Grid
from sheets_schema.reading import headers
from sheets_schema.wording import message

LARGEST_LIST = 4 * 1024 * 1024
MOST_UNITS = 10_000
_COLUMNS = re.compile(r"[\t;|@]")  # what stands between columns, or in an address: never in a name
_NUMBERED = re.compile(r"\s*(\(?\d{1,4}(?:\.\d{1,4})*)[.)]?\t")  # as Word and Excel copy a list with its numbers


def rows_of_list(content: bytes, name: str = "") -> tuple[ListLine, ...]:
    """Return the lines of a list below its header, by the roster's columns; a bare list of names needs none.

    SeasonRefusedError says why it cannot be read, and which titles are looked for.
    """
    try:
        refuse_larger(len(content), LARGEST_LIST)
        rows = _of_table(content, name)
    except UnreadableFileError as error:
        rows = () if name else _bare_names(content)
        if not rows:
            raise SeasonRefusedError(error.message) from error
    if len(rows) > MOST_UNITS:
        raise SeasonRefusedError(message("roster.too_many", most=MOST_UNITS))
    return rows


def _bare_names(content: bytes) -> tuple[ListLine, ...]:
    """Return the lines of a text that is plainly one column, names or codes by the title above; none of any other."""
    lines = [
        ListLine(number, {"name": _without_ends(line)})
        for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), start=1)
        if line.strip()
    ]
    names = [line.cells["name"] for line in lines]
    if any(map(_COLUMNS.search, names)) or _are_columns(names):
        return ()
    title = _title(names[0]) if names else None
    if title in ("name", "code"):
        return tuple(ListLine(line.number, {title: line.cells["name"]}) for line in lines[1:])
    return tuple(lines)


def _without_ends(line: str) -> str:
    """Return a line of a bare list without quotation marks around it, a mark at its end, a tab after its number."""
    text = line.strip().rstrip(";,").rstrip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1].replace('""', '"').strip()
    return _NUMBERED.sub(r"\1. ", text, count=1)


def _are_columns(lines: Sequence[str]) -> bool:
    """Return True if commas stand between columns: in every line without a space, or beside a number, a title, nothing.

    In a name a comma is followed by a space, or other lines have none.
    """
    with_commas = [line.split(",") for line in lines if "," in line]
    if any(not cell.strip() or cell.strip().isdigit() or _title(cell) for cells in with_commas for cell in cells):
        return True
    return len(with_commas) == len(lines) and any(not cell[0].isspace() for cells in with_commas for cell in cells[1:])


def _title(cell: str) -> str | None:
    """Return the column of a roster that a cell is the title of."""
    return headers.titles_of(roster_forms()[0]).exact.get(headers.plain(cell))


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
