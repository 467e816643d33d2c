"""What one whole read of the tabs amounts to: rows accounted for, feedback to the units, observations. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from service.domain.observations import Observation, TabPlace
from service.domain.standing_labels import label_of
from service.domain.tab_notices import TabNotice
from sheets_schema.campaign import Campaign, FieldRole, Form, TableKind, Unit, ValueType
from sheets_schema.layout import TabLayout, printed
from sheets_schema.problems import Problem, Severity, gravest_first
from sheets_schema.reading.rows import RowKind, read_tab
from sheets_schema.reading.ticks import is_ticked
from sheets_schema.rules.validation import Checked, CheckedRow, check
from sheets_schema.vietnamese.folding import is_blank
from sheets_schema.wording import SHEET_LANGUAGE, Language, Message, joined, message, text

NO_NOTICE = TabNotice("")  # without any decision, of a tab whose limit is as it was made


@dataclass(frozen=True, slots=True)
class FeedbackPlace:
    """Where a tab's feedback is: zero-based, the column None where it was deleted."""

    column: int | None
    summary_row: int = 0


@dataclass(frozen=True, slots=True)
class TabRead:
    """One unit's tab as read and checked."""

    unit: Unit
    form: Form
    spreadsheet_id: str
    sheet_id: int
    title: str
    checked: Checked
    shown_feedback: Feedback  # what the tab shows now
    feedback_place: FeedbackPlace = FeedbackPlace(None)
    limit_place: tuple[int, int] | None = None  # zero-based row and column of the line with the limit; None: gone

    @property
    def confirmed(self) -> bool:
        """Return True if the unit ticked "Xác nhận gửi"."""
        return self.checked.ticked(FieldRole.CONFIRM)


@dataclass(frozen=True, slots=True)
class Feedback:
    """What we say on a tab: in its feedback column, on the whole tab and by sheet row; its limit; coloured cells."""

    summary: str
    rows: tuple[tuple[int, str], ...]  # sheet row → text, rows with text only
    limit: str = ""  # blank where the tab has no line for it
    marks: tuple[tuple[str, str], ...] = ()  # cell in A1 notation and severity, in the order of the addresses


@dataclass(frozen=True, slots=True)
class Tally:
    """Rows accounted for: rows_in = rows_out + rows_rejected + rows_skipped, always."""

    rows_in: int = 0
    rows_out: int = 0
    rows_rejected: int = 0
    rows_skipped: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.rows_in + other.rows_in,
            self.rows_out + other.rows_out,
            self.rows_rejected + other.rows_rejected,
            self.rows_skipped + other.rows_skipped,
        )


def tally(checked: Checked) -> Tally:
    """Count the rows of one tab."""
    rows = checked.counted
    return Tally(
        rows_in=len(rows),
        rows_out=sum(row.accepted for row in rows),
        rows_rejected=sum(row.rejected for row in rows),
        rows_skipped=sum(row.skipped for row in rows),
    )


def observe(read: TabRead, seen_at: datetime, last_seen_at: datetime | None) -> Observation:
    """Return what this read saw on a tab, as a record of evidence."""
    checked, form = read.checked, read.form
    typed = list(_typed_rows(form, checked))
    confirm = checked.field(FieldRole.CONFIRM)
    return Observation(
        unit=read.unit.code,
        form=form.key,
        seen_at=seen_at,
        last_seen_at=last_seen_at,
        modified_at=None,
        filled=_is_filled(form, checked),
        confirmed=read.confirmed,
        nil=checked.ticked(FieldRole.NIL),
        content=_has_content(checked),
        document=has_document(checked),
        entries=checked.accepted,
        errors=len(checked.errors),
        warnings=sum(problem.severity is Severity.WARNING for problem in checked.problems),
        digest=_digest([*_typed_fields(form, checked), *typed]),
        fault_digest=_digest(_faults(checked)),
        place=TabPlace(read.spreadsheet_id, read.sheet_id, read.title, confirm.cell if confirm else ""),
        words_digest=_digest([*_typed_fields(form, checked, without=FieldRole.CONFIRM), *typed]),
    )


def _has_content(checked: Checked) -> bool:
    """Return True if there is an entry of substance: an activity, or a reported content (free rows alone are none)."""
    return any(row.accepted and row.row.kind is not RowKind.FREE for row in checked.rows)


def has_document(checked: Checked) -> bool:
    """Return True if the deployment document is there: number and date, or a link, or inside one (decision 12)."""
    if not checked.form.needs_document:
        return True
    number, day = _text(checked, FieldRole.DOCUMENT_NUMBER), _text(checked, FieldRole.DOCUMENT_DATE)
    return bool((number and day) or _text(checked, FieldRole.DOCUMENT_LINK)) or checked.ticked(
        FieldRole.DOCUMENT_WITHIN
    )


def _text(checked: Checked, role: FieldRole) -> str:
    found = checked.field(role)
    return "" if found is None or is_blank(found.text) else found.text


def _is_filled(form: Form, checked: Checked) -> bool:
    fields = checked.content.fields
    return bool(checked.counted) or any(
        is_ticked(fields[field.key].text) if field.type is ValueType.TICK else not is_blank(fields[field.key].text)
        for field in form.fields
        if field.key in fields
    )


def _ticks(form: Form) -> set[str]:
    ticks = {column.key for column in form.columns if column.type is ValueType.TICK}
    return ticks | {field.key for field in form.fields if field.type is ValueType.TICK}


def _typed_fields(form: Form, checked: Checked, without: FieldRole | None = None) -> Iterator[str]:
    """Yield what the unit typed beside the table; an open tick is nothing typed."""
    left_out = {field.key for field in form.fields if field.role is without}
    ticks = _ticks(form)
    for key, found in sorted(checked.content.fields.items()):
        if key not in left_out and _is_typed(found.text, key in ticks):
            yield f"{key}={found.text}"


def _typed_rows(form: Form, checked: Checked) -> Iterator[str]:
    """Yield what the unit typed into the table; a blank cell and an open tick are nothing, whatever its columns."""
    ticks = _ticks(form)
    rows = checked.counted
    columns = [(key, key in ticks) for key in sorted({key for row in rows for key in row.row.texts})]
    for row in rows:
        texts = row.row.texts
        for key, is_tick in columns:
            typed = texts.get(key)
            if typed and _is_typed(typed, is_tick):
                yield f"{row.row.key}{key}={typed}"


def _is_typed(text: str, is_tick: bool) -> bool:
    return is_ticked(text) if is_tick else not is_blank(text)


def _faults(checked: Checked) -> Iterator[str]:
    """Yield every error with the words it is about, wherever on the tab they are: a row that moves is the same."""
    by_number: dict[int | None, Mapping[str, str]] = {row.row.number: row.row.texts for row in checked.rows}
    fields = {key: found.text for key, found in checked.content.fields.items()}
    for problem in checked.errors:
        texts = by_number.get(problem.row, fields)
        words = texts.get(problem.column, "") if problem.column else "|".join(texts.values())
        yield f"{problem.code}|{problem.column}|{words}"


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\x1e".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:24]


def first_feedback(campaign: Campaign, layout: TabLayout) -> Feedback:
    """Return the feedback on a new tab: the very words of a consolidation that finds nothing typed."""
    form = layout.form
    return feedback_on(form, check(campaign, form, read_tab(form, printed(layout))))


def feedback_on(
    form: Form, checked: Checked, notice: TabNotice = NO_NOTICE, language: Language = SHEET_LANGUAGE
) -> Feedback:
    """Return what the unit reads on its tab: decisions first, then the words of the table of problems.

    It never depends on the clock.
    """
    valid = text("feedback.valid", language)
    rows = tuple(
        (row.row.number, words)
        for row in checked.rows
        if (words := _row_feedback(row, valid, language)) and _deserves(form, checked, row)
    )
    return Feedback(_summary(form, checked, notice, language), rows, notice.limit, _marks(checked))


def wanted_on(tab: TabRead, notice: TabNotice) -> Feedback:
    """Return what a tab is to show; its limit where there is a line for it."""
    wanted = feedback_on(tab.form, tab.checked, notice)
    return wanted if tab.limit_place is not None else replace(wanted, limit=tab.shown_feedback.limit)


def _marks(checked: Checked) -> tuple[tuple[str, str], ...]:
    """Return every cell that has something wrong, with the gravest there."""
    cells: dict[str, str] = {}
    for found in gravest_first(checked.problems):
        if found.cell and found.severity is not Severity.INFO:
            cells.setdefault(found.cell, found.severity.value)
    return tuple(sorted(cells.items()))


def _deserves(form: Form, checked: Checked, row: CheckedRow) -> bool:
    return row.row.filled or (bool(row.problems) and _is_filled(form, checked))


def _row_feedback(row: CheckedRow, valid: str, language: Language) -> str:
    if not row.problems:
        return valid if row.accepted else ""
    by_grade: dict[Severity, list[str]] = {
        severity: [_placed(found, language) for found in row.problems if found.severity is severity]
        for severity in (Severity.ERROR, Severity.WARNING)
    }
    errors, warnings = by_grade[Severity.ERROR], by_grade[Severity.WARNING]
    parts = []
    if row.accepted and not warnings:
        parts.append(valid)
    if errors:
        parts.append(_graded(Severity.ERROR, _sentences(errors), language))
    if warnings:
        parts.append(_graded(Severity.WARNING, _sentences(warnings), language))
    if row.accepted:
        parts += [found.message(language.value) for found in row.problems if found.severity is Severity.INFO]
    return "\n".join(parts)


def _placed(found: Problem, language: Language) -> str:
    words = found.message(language.value)
    return text("feedback.at_cell", language, cell=found.cell, problem=words) if found.cell else words


def _sentences(problems: Sequence[str]) -> str:
    """Join problems; all but the first, which goes on after its grade, begin like a sentence."""
    return " ".join([problems[0], *(words[:1].upper() + words[1:] for words in problems[1:])])


def _summary(form: Form, checked: Checked, notice: TabNotice, language: Language) -> str:
    lines = list(notice.lines)
    if checked.ticked(FieldRole.CONFIRM) or not notice.settled:
        lines.append(_confirmation(form, checked).text(language))
    counts = tally(checked)
    if counts.rows_in:
        lines.append(text("feedback.counts", language, valid=counts.rows_out, faulty=counts.rows_rejected))
    lines += [_graded(found.severity, _placed(found, language), language) for found in checked.field_problems]
    return "\n".join(lines)


def _graded(severity: Severity, words: str, language: Language) -> str:
    return text("feedback.graded", language, grade=label_of(severity, language), problem=words)


def _confirmation(form: Form, checked: Checked) -> Message:
    if not _is_filled(form, checked):
        return message("feedback.empty")
    if not checked.ticked(FieldRole.CONFIRM):
        return message("feedback.not_confirmed")
    if checked.ticked(FieldRole.NIL) and not _has_content(checked):
        return message("feedback.nil")
    lacking = []
    if not has_document(checked):
        lacking.append(message("feedback.document"))
    if not _has_content(checked):
        lacking.append(message("feedback.activity" if form.table is TableKind.OPEN else "feedback.content"))
    if lacking:
        return message("feedback.lacking", parts=joined(lacking, "; "))
    rejected = tally(checked).rows_rejected
    return message("feedback.whole_but", count=rejected) if rejected else message("feedback.whole")
