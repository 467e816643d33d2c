"""A tab's content checked against its form: all problems of all rows and fields at once. Bad data never raises."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from sheets_schema.campaign import Campaign, FieldRole, Form, TableKind
from sheets_schema.periods import Certainty, Period
from sheets_schema.problems import Problem, Severity, gravest_first, problem
from sheets_schema.reading.headers import UNIT_KEY
from sheets_schema.reading.rows import FieldText, Row, RowKind, TabContent
from sheets_schema.reading.ticks import is_ticked
from sheets_schema.rules import block_rules, report_rules, row_rules
from sheets_schema.rules.duplicates import Duplicates
from sheets_schema.vietnamese import folding

__all__ = ["MANY_ROWS", "Checked", "CheckedRow", "check", "is_ticked"]

FILLED_ALL_OVER = 5  # a signature block has fewer texts in a row
MANY_ROWS = 1000  # more activities of one unit than this are worth a check


class CheckedRow(NamedTuple):  # as many as rows
    """One row with its verdict: accepted, skipped as structure, or (neither) rejected."""

    row: Row
    accepted: bool
    skipped: bool
    period: Period | None = None
    certainty: Certainty | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def rejected(self) -> bool:
        """Whether the row is an entry with something to correct first."""
        return not (self.accepted or self.skipped)


@dataclass(frozen=True)  # without slots: what is asked of it again and again is kept
class Checked:
    """The verdict on one tab."""

    form: Form
    content: TabContent
    rows: tuple[CheckedRow, ...]
    field_problems: tuple[Problem, ...] = ()

    @property
    def entries(self) -> tuple[CheckedRow, ...]:
        """The rows that go into the master."""
        return tuple(row for row in self.rows if row.accepted)

    @property
    def accepted(self) -> int:
        """How many rows are accepted."""
        return sum(row.accepted for row in self.rows)

    @property
    def rejected(self) -> int:
        """How many rows must be corrected first."""
        return sum(row.rejected for row in self.rows)

    @property
    def skipped(self) -> int:
        """How many rows the unit filled are structure: sections, totals, the signature. Blank rows do not count."""
        return sum(row.skipped and row.row.filled for row in self.rows)

    @property
    def rows_in(self) -> int:
        """How many rows the unit filled: accepted + rejected + skipped."""
        return self.accepted + self.rejected + self.skipped

    @cached_property
    def counted(self) -> tuple[CheckedRow, ...]:
        """The rows that count: those where the unit typed something; the template's own signature line is not."""
        typed = [row for row in self.rows if row.row.filled]
        printed = next((row for row in reversed(typed) if self._is_printed_signature(row.row)), None)
        return tuple(row for row in typed if row is not printed)

    def _is_printed_signature(self, row: Row) -> bool:
        if row.kind is not RowKind.SIGNATURE:
            return False
        return [typed.strip() for typed in row.texts.values() if typed.strip()] == [self.form.signature]

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """Everything found: of the tab, of its fields, of its rows."""
        return self.field_problems + tuple(found for row in self.rows for found in row.problems)

    @cached_property
    def errors(self) -> tuple[Problem, ...]:
        """What must be corrected."""
        return tuple(found for found in self.problems if found.severity is Severity.ERROR)

    def field(self, role: FieldRole) -> FieldText | None:
        """Return what is beside a label, or None if the form or the tab lacks it."""
        declared = self.form.field(role)
        return None if declared is None else self.content.fields.get(declared.key)

    def ticked(self, role: FieldRole) -> bool:
        """Return True if a tick of the block is set."""
        found = self.field(role)
        return found is not None and is_ticked(found.text, self.form.field(role))


def check(campaign: Campaign, form: Form, content: TabContent, *, of_units: bool = False) -> Checked:
    """Check a tab's content; never raises for bad data.

    `of_units` is for a file whose rows may name their units: each must be on the roster.
    """
    if of_units and UNIT_KEY in content.columns:
        return _of_units(campaign, check(campaign, form, content))
    remarks: tuple[Problem, ...] = ()
    if form.table is TableKind.FIXED:
        rules = report_rules.ReportRules(campaign, form, content)
        rows, remarks = _report_rows(rules, content), rules.empty_sections(content.rows)
    else:
        rows = _open_rows(campaign, form, content)
    checked = Checked(form, content, rows)
    fields = block_rules.check_fields(campaign, form, content.fields)
    whole = block_rules.check_whole(form, content.fields, accepted=checked.accepted)
    return replace(checked, field_problems=content.problems + _too_many(content) + fields + whole + remarks)


def _of_units(campaign: Campaign, checked: Checked) -> Checked:
    """Return what was checked, with the rows whose unit is not on the roster or not named."""
    codes = {folding.fold(unit.code) for unit in campaign.units}
    return replace(checked, rows=tuple(_of_unit(row, codes) for row in checked.rows))


def _of_unit(row: CheckedRow, codes: Collection[str]) -> CheckedRow:
    unit = row.row.unit
    if row.skipped or folding.fold(unit) in codes:
        return row
    if not unit:
        return row._replace(problems=gravest_first((*row.problems, problem("UNIT_MISSING", row.row.place()))))
    found = gravest_first((problem("UNIT_UNKNOWN", row.row.place(), text=unit), *row.problems))
    return row._replace(accepted=False, problems=found)


def _open_rows(campaign: Campaign, form: Form, content: TabContent) -> tuple[CheckedRow, ...]:
    rules = row_rules.RowRules(campaign, form, frozenset(content.columns))
    duplicates = Duplicates(form)
    rows = []
    for row in content.rows:
        if row.kind is not RowKind.ACTIVITY:
            rows.append(_skipped(row))
            continue
        verdict = rules.judge(row)
        if row.below_signature:
            rows.append(_below_signature(row, verdict))
            continue
        found = gravest_first(duplicates.problems_of(row, verdict.period) + verdict.problems)
        accepted = not any(one.severity is Severity.ERROR for one in found)
        rows.append(CheckedRow(row, accepted, False, verdict.period, verdict.certainty, found))
    return tuple(rows)


def _skipped(row: Row) -> CheckedRow:
    soft = (problem("PLACEHOLDER", row.place()),) if row.kind is RowKind.PLACEHOLDER else ()
    return CheckedRow(row, accepted=False, skipped=True, problems=soft)


def _below_signature(row: Row, verdict: row_rules.Verdict) -> CheckedRow:
    """Report what plainly is an activity, by its time or by being filled all over; the rest is the signature's."""
    filled = sum(not folding.is_blank(value) for value in row.texts.values())
    if verdict.period is None and filled < FILLED_ALL_OVER:
        return _skipped(row._replace(kind=RowKind.SIGNATURE))
    found = (problem("ROW_BELOW_SIGNATURE", row.place()), *verdict.problems)
    return CheckedRow(row, False, False, verdict.period, verdict.certainty, found)


def _report_rows(rules: report_rules.ReportRules, content: TabContent) -> tuple[CheckedRow, ...]:
    rows = []
    for row in content.rows:
        found = rules.problems_of(row)
        if row.filled:
            accepted = not any(one.severity is Severity.ERROR for one in found)
            rows.append(CheckedRow(row, accepted, False, problems=found))
        else:
            rows.append(CheckedRow(row, accepted=False, skipped=True, problems=found))
    return tuple(rows)


def _too_many(content: TabContent) -> tuple[Problem, ...]:
    counts = Counter(row.unit for row in content.rows if row.kind is RowKind.ACTIVITY)
    return tuple(
        problem("TOO_MANY_ROWS", count=str(count), limit=str(MANY_ROWS))
        for count in counts.values()
        if count > MANY_ROWS
    )
