"""Rows of one unit that say the same thing: same name, time to the hour, scale and target."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sheets_schema.campaign import ColumnRole, Form
from sheets_schema.periods import Certainty, Period
from sheets_schema.periods.hours import hours_of
from sheets_schema.problems import Problem, problem
from sheets_schema.reading.row_records import Row
from sheets_schema.vietnamese import folding

OTHER_ROLES = (ColumnRole.SCALE, ColumnRole.TARGET)


class _Alike:
    """Rows that are the same so far, by what is compared next: it is folded when a second such row comes."""

    def __init__(self, first: Row) -> None:
        self.first = first
        self.parted: dict[object, _Alike] = {}


class Duplicates:
    """Remembers the rows of every unit; the first occurrence is never blamed."""

    def __init__(self, form: Form) -> None:
        keys = {column.role: column.key for column in form.columns}
        self._name = keys.get(ColumnRole.NAME, "")
        self._period = keys.get(ColumnRole.PERIOD, "")
        others = tuple(keys[role] for role in OTHER_ROLES if role in keys)
        # names differ mostly, and decide alone then
        self._told_apart = (partial(_words, keys=(self._name,)), partial(_words, keys=others), self._hours)
        self._seen: dict[tuple[object, ...], _Alike] = {}

    def problems_of(self, row: Row, period: Period | None) -> tuple[Problem, ...]:
        """Return the problem of a row that repeats an earlier one of its unit."""
        if folding.is_blank(row.value(self._name)):
            return ()
        unit = folding.fold(row.unit) if row.unit else ""
        alike = self._seen.setdefault((unit, self._when(row, period)), _Alike(row))
        for part in self._told_apart:
            if alike.first is row:
                return ()
            if not alike.parted:
                alike.parted[part(alike.first)] = _Alike(alike.first)
            alike = alike.parted.setdefault(part(row), _Alike(row))
        first = alike.first
        return () if first is row else (problem("DUPLICATE", row.place(), row=str(first.number)),)

    def _when(self, row: Row, period: Period | None) -> object:
        if period is not None and (period.start or period.end):
            # two days are not those from one to the other
            return (period.start, period.end, period.certainty is Certainty.MULTI)
        return folding.fold(row.value(self._period))

    def _hours(self, row: Row) -> tuple[str, ...]:
        """Return what a row's time says of the hours."""
        return hours_of(row.value(self._period))


def _words(row: Row, keys: Sequence[str]) -> tuple[str, ...]:
    return tuple([folding.fold(row.value(key)) for key in keys])
