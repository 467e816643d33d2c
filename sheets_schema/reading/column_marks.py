"""What marks on columns say beside the header: where the two disagree the header decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sheets_schema.campaign import Form
from sheets_schema.grid import Grid
from sheets_schema.layout import feedback_title
from sheets_schema.reading import headers


@dataclass(frozen=True, slots=True)
class SettledMarks:
    """The columns of a tab whose marks hold."""

    columns: Mapping[int, str]  # zero-based column → key, the feedback column's too
    feedback: int | None  # the feedback column, by its title or its mark
    disputed: tuple[str, ...]  # keys whose mark is where the header says another thing


def settle_marks(form: Form, grid: Grid, marks: Mapping[int, str], feedback_key: str) -> SettledMarks:
    """Compare marks with the titles of the table."""
    titled = _titled(form, grid, feedback_key)
    places = {key: column for column, key in titled.items()}
    disputed = {
        column: key
        for column, key in marks.items()
        if titled.get(column, key) != key or places.get(key, column) != column
    }
    kept = {column: key for column, key in marks.items() if column not in disputed}
    marked = next((column for column, key in kept.items() if key == feedback_key), None)
    feedback = places.get(feedback_key, marked)
    return SettledMarks(kept, feedback, tuple(dict.fromkeys(disputed.values())))


def _titled(form: Form, grid: Grid, feedback_key: str) -> dict[int, str]:
    """Return the columns that the header names."""
    header = headers.find_header(form, grid)
    if header is None:
        return {}
    ours = headers.plain(feedback_title())
    row = grid.cells[header.start]
    feedback = [
        column
        for column, title in enumerate(row)
        if len(title) <= headers.LONGEST_TITLE and headers.plain(title) == ours and column not in header.columns
    ]
    return {**dict.fromkeys(feedback[:1], feedback_key), **header.columns}
