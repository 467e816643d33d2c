"""A tab's grid read into fields and rows: with sheet row numbers kept; nothing is judged here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sheets_schema.campaign import ColumnRole, Form, TableKind
from sheets_schema.grid import Grid, Merge, a1
from sheets_schema.problems import Problem, ProblemPlace, Severity, problem
from sheets_schema.reading import fixed_rows, headers, open_rows
from sheets_schema.reading.headers import UNIT_KEY, Header
from sheets_schema.reading.labels import FieldText, LabelReader
from sheets_schema.reading.row_kinds import RowKind
from sheets_schema.reading.row_records import Row

__all__ = ["FieldText", "Grid", "Merge", "Row", "RowKind", "TabContent", "read_tab"]

NEEDED_ROLES = frozenset({ColumnRole.NAME, ColumnRole.PERIOD, ColumnRole.SECTION, ColumnRole.RESULT})


@dataclass(frozen=True, slots=True)
class TabContent:
    """What a tab holds; `columns` maps key to zero-based column, rows are those below the header, in order."""

    header_row: int | None
    columns: Mapping[str, int]
    fields: Mapping[str, FieldText]
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...] = ()


def read_tab(form: Form, grid: Grid, columns: Mapping[int, str] | None = None, *, blanks: bool = True) -> TabContent:
    """Read a tab of a form.

    `columns` gives the key of a zero-based column by its mark; where the header's titles say another thing, they
    decide. Nothing is recognised by position. Without `blanks` the rows of an open table that hold nothing are left
    out: most rows of a template do.
    """
    header = headers.find_header(form, grid)
    labels = LabelReader(form, grid)
    if header is None:
        labels.read(range(len(grid.cells)))
        return TabContent(None, {}, labels.found, (), (problem("HEADER_MISSING"),))
    labels.read(range(header.start))
    places = _column_places(form, header, columns or {})
    header = replace(header, columns={**(columns or {}), **header.columns})
    if form.table is TableKind.OPEN:
        table = open_rows.read_rows(form, grid, header, places, labels, blanks=blanks)
    else:
        table = fixed_rows.read_rows(form, grid, header, places, labels)
    header_row = grid.row_number(header.start)
    missing = _missing_columns(form, places, header_row)
    return TabContent(header_row, places, labels.found, table.rows, missing + table.problems)


def _column_places(form: Form, header: Header, known: Mapping[int, str]) -> dict[str, int]:
    keys = {UNIT_KEY, *(column.key for column in form.columns)}
    places = {key: index for index, key in header.columns.items() if key in keys}
    for index, key in known.items():
        if key in keys - {UNIT_KEY} and index not in header.columns:
            places.setdefault(key, index)
    return dict(sorted(places.items(), key=lambda place: place[1]))


def _missing_columns(form: Form, places: Mapping[str, int], header_row: int) -> tuple[Problem, ...]:
    return tuple(
        problem(
            "COLUMN_MISSING",
            ProblemPlace(column.key, header_row, a1(header_row, min(places.values(), default=0))),
            severity=Severity.ERROR if column.role in NEEDED_ROLES else Severity.WARNING,
            title=column.title,
        )
        for column in form.columns
        if column.key not in places
    )
