"""Rows of one unit that say the same thing: same name, time, scale and target."""

from __future__ import annotations

from sheets_schema.campaign import ColumnRole, Form
from sheets_schema.periods import Period
from sheets_schema.problems import Problem, problem
from sheets_schema.reading.row_records import Row
from sheets_schema.vietnamese import folding

OTHER_ROLES = (ColumnRole.SCALE, ColumnRole.TARGET)


class _Alike:
    """Rows of one unit at one time, by their words: those are folded when a second such row comes."""

    def __init__(self, first: Row) -> None:
        self.only: Row | None = first
        self.rows: dict[tuple[str, ...], Row] = {}


class Duplicates:
    """Remembers the rows of every unit; the first occurrence is never blamed."""

    def __init__(self, form: Form) -> None:
        keys = {column.role: column.key for column in form.columns}
        self._name = keys.get(ColumnRole.NAME, "")
        self._period = keys.get(ColumnRole.PERIOD, "")
        self._told_apart = (self._name, *(keys[role] for role in OTHER_ROLES if role in keys))
        self._seen: dict[tuple[object, ...], _Alike] = {}

    def problems_of(self, row: Row, period: Period | None) -> tuple[Problem, ...]:
        """Return the problem of a row that repeats an earlier one of its unit."""
        if folding.is_blank(row.value(self._name)):
            return ()
        when = (folding.fold(row.unit), self._when(row, period))
        alike = self._seen.get(when)
        if alike is None:
            self._seen[when] = _Alike(row)
            return ()
        if alike.only is not None:
            alike.rows[self._words(alike.only)] = alike.only
            alike.only = None
        first = alike.rows.setdefault(self._words(row), row)
        return () if first is row else (problem("DUPLICATE", row.place(), row=str(first.number)),)

    def _when(self, row: Row, period: Period | None) -> object:
        if period is not None and (period.start or period.end):
            return (period.start, period.end)
        return folding.fold(row.value(self._period))

    def _words(self, row: Row) -> tuple[str, ...]:
        return tuple(folding.fold(row.value(key)) for key in self._told_apart)
