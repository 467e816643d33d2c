"""Tables without faults to the frozen records of `campaign`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sheets_schema.campaign import (
    BoardLetterhead,
    BoardTask,
    Campaign,
    Column,
    Constraints,
    Contact,
    Content,
    Field,
    Form,
    FreeRow,
    Group,
    MailPolicy,
    Obligation,
    Occasion,
    Policy,
    Slogan,
    Unit,
    ValueType,
    Window,
)
from sheets_schema.declaration.strict import DeclaredTable
from sheets_schema.declaration.tables import CampaignTable, FormTable, UnitTable, ValueTable

T = TypeVar("T")

_TRUE, _FALSE = ("true", "True", "TRUE", "1"), ("false", "False", "FALSE", "0")  # Table Schema's own


def campaign_record(key: str, plan: CampaignTable, forms: Iterable[FormTable], units: Sequence[Unit]) -> Campaign:
    """Return the campaign that tables without faults declare; forms are in the order of the obligations."""
    order = [obligation.form for obligation in plan.obligations]
    made = dict(plan) | {
        "plan_date": plan.plan_date or None,
        "span": Window(**dict(plan.span)),
        "window": Window(**dict(plan.window)),
        "policy": Policy(**dict(plan.policy)),
        "letterhead": BoardLetterhead(**dict(plan.letterhead)),
        "mail": MailPolicy(**dict(plan.mail)),
        "obligations": tuple(_in_zone(Obligation, table, plan.zone) for table in plan.obligations),
        "board_tasks": tuple(_in_zone(BoardTask, table, plan.zone) for table in plan.board_tasks),
        "groups": _records(Group, plan.groups),
        "contents": _records(Content, plan.contents),
        "slogans": _records(Slogan, plan.slogans),
        "occasions": _records(Occasion, plan.occasions),
        "forms": tuple(_form(form, plan.year) for form in sorted(forms, key=lambda form: order.index(form.key))),
    }
    return Campaign(key=key, units=tuple(units), **made)


def unit_record(table: UnitTable) -> Unit:
    """Return the unit that a line of the roster without faults declares."""
    people = {"contacts": _records(_contact, table.contacts), "superior": _records(_contact, table.superior)}
    return Unit(**dict(table) | people)


def _contact(**given: Any) -> Contact:  # noqa: ANN401 – the values of a table
    return Contact(**given | {"receives": tuple(kind.value for kind in given["receives"])})


def _records(kind: Callable[..., T], tables: Iterable[DeclaredTable]) -> tuple[T, ...]:
    return tuple(kind(**dict(table)) for table in tables)


def _in_zone(kind: Callable[..., T], table: DeclaredTable, zone: ZoneInfo) -> T:
    moved = {name: value.astimezone(zone) for name, value in table if isinstance(value, datetime)}
    return kind(**dict(table) | moved)


def _form(form: FormTable, year: int) -> Form:
    made = dict(form) | {
        "title": _dated(form.title, year),
        "title_en": _dated(form.title_en, year),
        "heading": tuple(_dated(line, year) for line in form.heading),
        "columns": tuple(Column(**_value(table)) for table in form.columns),
        "fields": tuple(Field(label=table.title, **_value(table, without="title")) for table in form.block.fields),
        "free_rows": _records(FreeRow, form.free_rows),
    }
    return Form(**{name: value for name, value in made.items() if name != "block"})


def _dated(text: str, year: int) -> str:
    return text.replace("{year}", str(year))


def _value(table: ValueTable, without: str = "") -> dict[str, Any]:
    """Return what the record of a column or a field is made of."""
    is_tick = table.type == "boolean"
    made = dict(table) | {
        "type": ValueType.TICK if is_tick else ValueType.TEXT,
        "constraints": Constraints(**dict(table.constraints)),
        "true_values": (table.true_values or _TRUE) if is_tick else (),
        "false_values": (table.false_values or _FALSE) if is_tick else (),
    }
    return {name: value for name, value in made.items() if name != without}
