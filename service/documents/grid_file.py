"""What is read from a file of rows."""

from __future__ import annotations

from dataclasses import dataclass

from sheets_schema.campaign import Form
from sheets_schema.reading.rows import Grid
from sheets_schema.wording import Message, message


@dataclass(frozen=True, slots=True)
class TableFile:
    """The grid of a file; `ignored` names the columns that are none of the form's."""

    grid: Grid
    ignored: tuple[str, ...] = ()


def no_header(form: Form) -> Message:
    """Say that none of the form's titles was found, and which are expected."""
    titles = "; ".join(f"“{column.title}”" for column in form.columns)
    return message("documents.no_header", titles=titles)
