"""The rules of a report's rows: every section of the plan answered, or declared to have had nothing."""

from __future__ import annotations

from collections.abc import Iterable

from sheets_schema.campaign import Campaign, Column, ColumnRole, Form
from sheets_schema.problems import Problem, problem
from sheets_schema.reading.fixed_rows import GIVEN_ROLES, section_code
from sheets_schema.reading.row_kinds import RowKind
from sheets_schema.reading.row_records import Row
from sheets_schema.reading.rows import TabContent
from sheets_schema.reading.ticks import is_ticked, says_nothing
from sheets_schema.rules import cell_rules
from sheets_schema.vietnamese import folding

ANSWERS = (ColumnRole.RESULT, ColumnRole.FIGURES)


class ReportRules:
    """The rules of one unit's report."""

    def __init__(self, campaign: Campaign, form: Form, content: TabContent) -> None:
        self._sections = frozenset(section_code(section.code) for section in campaign.contents)
        self._own = tuple(column for column in form.columns if column.role not in GIVEN_ROLES)
        self._answers = tuple(column.key for column in self._own if column.role in ANSWERS)
        self._ticks = tuple(column for column in self._own if column.role is ColumnRole.NIL)
        self._begun = {row.unit for row in content.rows if row.filled}
        self._seen: dict[tuple[str, str], int] = {}

    def problems_of(self, row: Row) -> tuple[Problem, ...]:
        """Find every problem of a row; rows must come in order."""
        if row.kind not in (RowKind.CONTENT, RowKind.FREE):
            return ()
        if not row.filled:
            return ()
        found = [one for column in self._own for one in self._cell(row, column)]
        if row.kind is RowKind.CONTENT:
            found = [*self._section(row), *self._answer(row), *found]
        return tuple(found)

    def empty_sections(self, rows: Iterable[Row]) -> tuple[Problem, ...]:
        """Return one remark for every unit that has begun its report: how many sections have no result, and which."""
        empty: dict[str, list[str]] = {}
        for row in rows:
            is_open = row.kind is RowKind.CONTENT and not row.filled and (row.unit, row.key) not in self._seen
            if is_open and row.key in self._sections and row.unit in self._begun:
                empty.setdefault(row.unit, []).append(row.key)
        return tuple(
            problem("REPORT_SECTIONS_EMPTY", count=str(len(keys)), sections=", ".join(keys)) for keys in empty.values()
        )

    def _section(self, row: Row) -> list[Problem]:
        if row.key not in self._sections:
            return [problem("SECTION_UNKNOWN", row.place())]
        first = self._seen.setdefault((row.unit, row.key), row.number)
        if first == row.number:
            return []
        return [problem("SECTION_REPEATED", row.place(), section=row.key, row=str(first))]

    def _answer(self, row: Row) -> list[Problem]:
        """Ask for a result, figures or the tick; a note alone is no answer."""
        answers = [key for key in self._answers if not folding.is_blank(row.value(key))]
        ticks = self._ticks
        nil = any(is_ticked(row.value(column.key), column) for column in ticks)
        if nil and answers:
            return [problem("NIL_WITH_TEXT", row.place(ticks[0].key))]
        if ticks and not nil and len(answers) == 1 and says_nothing(row.value(answers[0])):
            return [problem("NIL_IN_WORDS", row.place(answers[0]), text=row.value(answers[0]))]
        if not nil and not answers:
            return [problem("REPORT_NOTE_ONLY", row.place(self._result(row)), section=row.key)]
        return []

    def _cell(self, row: Row, column: Column) -> tuple[Problem, ...]:
        value = row.value(column.key)
        return () if folding.is_blank(value) else cell_rules.problems_in(row, column, value)

    def _result(self, row: Row) -> str:
        return next((column.key for column in self._own if column.role is ColumnRole.RESULT), "") if row.letters else ""
