"""What is read from a file of rows: its sheets, and what was not read of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sheets_schema.campaign import Form
from sheets_schema.grid import Grid
from sheets_schema.reading import headers
from sheets_schema.wording import Message, message


@dataclass(frozen=True, slots=True)
class FileSheet:
    """One sheet of a file, or the whole of a file without sheets (`name` is blank then).

    `beyond` is the first cell that holds something right of the columns that are read, `uncomputed` are the formulas
    whose result is not in the file, `ignored` the columns that are none of the form's. `unformatted` is a sheet whose
    numbers and dates are read without their formats. `columns` are those of a document's table, which `follows` the one
    before it where no words stand between them; `below` are the lines under a document's last one. `struck` are the
    cells of which words were left out that a line goes through: rows from 1, columns from 0.
    """

    name: str
    grid: Grid
    hidden: bool = False
    has_table: bool = True
    hidden_rows: int = 0
    beyond: str = ""
    uncomputed: tuple[str, ...] = ()
    unformatted: bool = False
    ignored: tuple[str, ...] = ()
    columns: int = 0
    follows: bool = False
    below: tuple[str, ...] = ()
    struck: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class TableFile:
    """A file of a form's rows; at least one sheet has the form's table and is shown."""

    sheets: tuple[FileSheet, ...]

    @property
    def read(self) -> tuple[FileSheet, ...]:
        """Return the sheets whose rows count."""
        return tuple(sheet for sheet in self.sheets if sheet.has_table and not sheet.hidden)


def no_header(form: Form, grids: Iterable[Grid]) -> Message:
    """Say that none of the form's titles was found, and which are expected; or that they are in an old font."""
    font = next(filter(None, (headers.old_font_of(form, grid) for grid in grids)), None)
    if font is not None:
        return message("documents.old_font", font=font)
    titles = "; ".join(f"“{column.title}”" for column in form.columns)
    return message("documents.no_header", titles=titles)
