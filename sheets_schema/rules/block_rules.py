"""The rules of the block: document, signer, links, ticks, nothing to declare."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sheets_schema.campaign import Campaign, Field, FieldRole, Form, TableKind, ValueType
from sheets_schema.problems import Problem, ProblemPlace, problem
from sheets_schema.reading.labels import FieldText
from sheets_schema.reading.ticks import is_ticked, is_unclear
from sheets_schema.rules import cell_rules
from sheets_schema.rules.constraints import violations
from sheets_schema.rules.time_rules import TimeRules
from sheets_schema.vietnamese import folding

LINK_ROLES = frozenset({FieldRole.DOCUMENT_LINK, FieldRole.SIGNED_COPY})
_LINK = re.compile(r"https?://\S+", re.IGNORECASE)

Fields = Mapping[str, FieldText]


def check_fields(campaign: Campaign, form: Form, fields: Fields) -> tuple[Problem, ...]:
    """Find every problem of the block's values, each by itself and with each other."""
    times = TimeRules(campaign)
    found: list[Problem] = []
    for field in form.fields:
        typed = fields.get(field.key)
        if typed is not None and not folding.is_blank(typed.text):
            found += _check_value(field, typed, times)
    return (*found, *_document(form, fields))


def check_whole(form: Form, fields: Fields, *, accepted: int) -> tuple[Problem, ...]:
    """Find what does not fit between the block and the table."""
    confirm, nil = (_ticked(form, fields, role) for role in (FieldRole.CONFIRM, FieldRole.NIL))
    found = _required(form, fields) if confirm or accepted else []
    if nil is not None:
        reason = _typed(form, fields, FieldRole.NIL_REASON)
        if reason is not None and folding.is_blank(reason.text):
            found.append(problem("NIL_WITHOUT_REASON", _place(reason)))
        if accepted:
            found.append(problem("NIL_WITH_ENTRIES", _place(nil)))
    elif form.table is TableKind.FIXED and confirm is not None and not accepted:
        found.append(problem("REPORT_EMPTY", _place(confirm)))
    return tuple(found)


def _check_value(field: Field, typed: FieldText, times: TimeRules) -> list[Problem]:
    place = _place(typed)
    if field.type is ValueType.TICK:
        return [problem("TICK_UNCLEAR", place, text=typed.text)] if is_unclear(typed.text, field) else []
    found = list(cell_rules.problems_of(field, typed.text, place))
    if field.role in LINK_ROLES:
        found = [one for one in found if one.code != "PATTERN"]
        if not _is_link(field, typed.text):
            found.append(problem("BAD_LINK", place, text=typed.text))
    if field.role is FieldRole.DOCUMENT_DATE and not found:
        found += _check_date(typed, times)
    return found


def _check_date(typed: FieldText, times: TimeRules) -> list[Problem]:
    period = times.read(typed.day or typed.text).period
    if period is None or (period.start is None and period.end is None):
        return [problem("FIELD_DATE_UNREADABLE", _place(typed), text=typed.text)]
    if period.start != period.end:
        return [problem("FIELD_DATE_VAGUE", _place(typed), text=typed.text)]
    return []


def _is_link(field: Field, value: str) -> bool:
    """Return True if a value is a link: by the pattern the form declares, or else by looking like one."""
    if field.constraints.pattern is not None:
        return "pattern" not in violations(field.constraints, value.strip())
    return all(_LINK.match(part) for part in folding.as_seen(value).split())


def _document(form: Form, fields: Fields) -> list[Problem]:
    number = _typed(form, fields, FieldRole.DOCUMENT_NUMBER)
    day = _typed(form, fields, FieldRole.DOCUMENT_DATE)
    if number is None or day is None:
        return []
    if folding.is_blank(number.text) and not folding.is_blank(day.text):
        return [problem("FIELD_DATE_WITHOUT_NUMBER", _place(number))]
    if folding.is_blank(day.text) and not folding.is_blank(number.text):
        return [problem("FIELD_NUMBER_WITHOUT_DATE", _place(day))]
    return []


def _typed(form: Form, fields: Fields, role: FieldRole) -> FieldText | None:
    field = form.field(role)
    return None if field is None else fields.get(field.key)


def _ticked(form: Form, fields: Fields, role: FieldRole) -> FieldText | None:
    """Return the tick of this role where it is set."""
    typed = _typed(form, fields, role)
    return typed if typed is not None and is_ticked(typed.text, form.field(role)) else None


def _required(form: Form, fields: Fields) -> list[Problem]:
    required = [field for field in form.fields if field.constraints.required and field.key in fields]
    blank = [field for field in required if folding.is_blank(fields[field.key].text)]
    return [problem("REQUIRED", _place(fields[field.key]), title=field.label) for field in blank]


def _place(typed: FieldText) -> ProblemPlace:
    return ProblemPlace(typed.key, None, typed.cell)
