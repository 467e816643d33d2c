"""Rows of one unit that say the same thing: same name, time, scale and target."""

from __future__ import annotations

from sheets_schema.campaign import ColumnRole, Form
from sheets_schema.periods import Period
from sheets_schema.problems import Problem, problem
from sheets_schema.reading.row_records import Row
from sheets_schema.vietnamese import folding

OTHER_ROLES = (ColumnRole.SCALE, ColumnRole.TARGET)


class Duplicates:
    """Remembers the rows of every unit; the first occurrence is never blamed."""

    def __init__(self, form: Form) -> None:
        keys = {column.role: column.key for column in form.columns}
        self._name = keys.get(ColumnRole.NAME, "")
        self._period = keys.get(ColumnRole.PERIOD, "")
        self._others = tuple(keys[role] for role in OTHER_ROLES if role in keys)
        self._seen: dict[tuple[object, ...], list[Row]] = {}

    def problems_of(self, row: Row, period: Period | None) -> tuple[Problem, ...]:
        """Return the problem of a row that repeats an earlier one of its unit."""
        name = row.value(self._name)
        if folding.is_blank(name):
            return ()
        alike = self._seen.setdefault((folding.fold(row.unit), folding.fold(name), self._when(row, period)), [])
        others = self._folded(row) if alike else ()
        first = next((earlier for earlier in alike if self._folded(earlier) == others), None)
        if first is None:
            alike.append(row)
            return ()
        return (problem("DUPLICATE", row.place(), row=str(first.number)),)

    def _when(self, row: Row, period: Period | None) -> object:
        if period is not None and (period.start or period.end):
            return (period.start, period.end)
        return folding.fold(row.value(self._period))

    def _folded(self, row: Row) -> tuple[str, ...]:
        return tuple(folding.fold(row.value(key)) for key in self._others)
