"""The rules of one activity's row: a real name, a time that is understood and touches the window, readable cells."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from sheets_schema.campaign import Campaign, Column, ColumnRole, Form
from sheets_schema.periods import Certainty, Period
from sheets_schema.problems import Problem, gravest_first, problem
from sheets_schema.reading.row_records import Row
from sheets_schema.rules import cell_rules, shifted_columns, time_rules
from sheets_schema.rules.time_rules import TimeRules
from sheets_schema.vietnamese import folding

MISSING = {
    ColumnRole.NAME: "MISSING_NAME",
    ColumnRole.PERIOD: "MISSING_TIME",
    ColumnRole.SCALE: "MISSING_SCALE",
    ColumnRole.TARGET: "MISSING_TARGET",
    ColumnRole.GOAL: "MISSING_GOAL",
}
ENTRY_ROLES = (ColumnRole.NAME, ColumnRole.PERIOD)


class Verdict(NamedTuple):
    """What the rules find in one row."""

    period: Period | None
    certainty: Certainty | None
    problems: tuple[Problem, ...]


class RowRules:
    """The rules of a form in a campaign; `present` names the columns the tab has."""

    def __init__(self, campaign: Campaign, form: Form, present: frozenset[str]) -> None:
        self._columns = tuple([(column, cell_rules.plain_length(column)) for column in form.columns])
        codes = ((column, _missing_code(column, present)) for column in form.columns)
        self._wanted = tuple((column.key, column.title, code) for column, code in codes if code)
        self._times = TimeRules(campaign)
        self._shifts = shifted_columns.Shifts(form, self._times)
        period = form.column(ColumnRole.PERIOD)
        self._period = "" if period is None else period.key

    def judge(self, row: Row) -> Verdict:
        """Find every problem of an activity's row."""
        values = row.values
        of_cells: list[Problem] = []
        for column, plain_length in self._columns:
            value = values.get(column.key)
            if value and not cell_rules.is_plain(value, plain_length):
                of_cells += cell_rules.problems_in(row, column, value)
        unreadable = {one.column for one in of_cells if one.code in cell_rules.UNREADABLE}
        shift = self._shifts.code_of(row)
        if shift:
            # what is missing, not understood or no name follows from it
            others = (one for one in of_cells if one.code != "GARBAGE")
            return Verdict(None, self._certainty(row), gravest_first((problem(shift, row.place()), *others)))
        missing = self._missing(row, unreadable)
        timed = self._time(row, unreadable)
        return Verdict(timed.period, timed.certainty, gravest_first((*missing, *timed.problems, *of_cells)))

    def _missing(self, row: Row, unreadable: Collection[str]) -> list[Problem]:
        values = row.values
        return [
            problem(code, row.place(key), title=title)
            for key, title, code in self._wanted
            if folding.is_blank(values.get(key, "")) and key not in unreadable
        ]

    def _time(self, row: Row, unreadable: Collection[str]) -> time_rules.TimeVerdict:
        value = row.value(self._period)
        if not self._period or folding.is_blank(value):
            return time_rules.NO_TIME
        if self._period in unreadable:
            return self._times.judge_unreadable(value)
        return self._times.judge(value, row.place(self._period), row.days.get(self._period, ""))

    def _certainty(self, row: Row) -> Certainty | None:
        return None if folding.is_blank(row.value(self._period)) else Certainty.UNREADABLE


def _missing_code(column: Column, present: Collection[str]) -> str:
    """Return the code of a blank in a column, "" if it is no problem."""
    if column.role in ENTRY_ROLES:
        return MISSING[column.role]
    if column.constraints.required:
        return "REQUIRED"
    # a column that the whole tab lacks is reported once, not in every row
    expected = column.expected and column.key in present
    return MISSING.get(column.role, "MISSING_VALUE") if expected else ""
