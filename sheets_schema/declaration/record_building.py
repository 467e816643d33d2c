"""Tables without faults to the frozen records of `campaign`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar
from zoneinfo import ZoneInfo

from sheets_schema.campaign import (
    BoardTask,
    Campaign,
    Column,
    Constraints,
    Content,
    Field,
    Form,
    FreeRow,
    Group,
    Obligation,
    Occasion,
    Policy,
    Slogan,
    Unit,
    ValueType,
    Window,
)
from sheets_schema.declaration.campaign_file import CampaignFile
from sheets_schema.declaration.form_file import FormFile
from sheets_schema.declaration.tables import (
    BoardTaskTable,
    ColumnTable,
    ConstraintsTable,
    FieldTable,
    ObligationTable,
    PolicyTable,
    SpanTable,
    ValueTable,
)

T = TypeVar("T")

_TRUE, _FALSE = ("true", "True", "TRUE", "1"), ("false", "False", "FALSE", "0")  # Table Schema's own


def campaign_record(key: str, plan: CampaignFile, forms: Iterable[FormFile], units: Sequence[Unit]) -> Campaign:
    """Return the campaign that tables without faults declare; forms stand in the order of the obligations."""
    head, zone = _whole(plan.head), _whole(plan.zone)
    order = [obligation.form for _, obligation in plan.obligations]
    made = sorted((_form(form, head.year) for form in forms), key=lambda form: order.index(form.key))
    return Campaign(
        key=key,
        title=head.title,
        year=head.year,
        zone=zone,
        board=head.board,
        place=head.place,
        plan_number=head.plan_number,
        plan_date=head.plan_date or None,
        names=tuple(head.names),
        span=_window(_whole(plan.span)),
        window=_window(_whole(plan.window)),
        obligations=tuple(_obligation(table, zone) for _, table in plan.obligations),
        groups=tuple(Group(table.code, table.name) for _, table in plan.groups),
        units=tuple(units),
        forms=tuple(made),
        contents=tuple(Content(table.code, table.title, table.text) for _, table in plan.contents),
        board_tasks=tuple(_board_task(table, zone) for _, table in plan.board_tasks),
        slogans=tuple(Slogan(table.heading, table.text) for _, table in plan.slogans),
        recipients=tuple(head.recipients),
        occasions=tuple(Occasion(table.day, tuple(table.names)) for _, table in plan.occasions),
        policy=_policy(_whole(plan.policy)),
        locale=head.locale,
    )


def _whole(part: T | None) -> T:
    if part is None:
        raise ValueError("a declaration with faults makes no campaign")
    return part


def _window(table: SpanTable) -> Window:
    return Window(table.start, table.end)


def _policy(table: PolicyTable) -> Policy:
    return Policy(table.due_soon_days, table.count_boundary_day_as_on_time, table.tabs_per_workbook)


def _obligation(table: ObligationTable, zone: ZoneInfo) -> Obligation:
    return Obligation(table.form, table.title, table.words, table.due_before.astimezone(zone))


def _board_task(table: BoardTaskTable, zone: ZoneInfo) -> BoardTask:
    due_before = table.due_before.astimezone(zone) if table.due_before else None
    return BoardTask(table.code, table.text, table.words, due_before)


def _form(declared: FormFile, year: int) -> Form:
    form = _whole(declared.form)
    return Form(
        key=form.key,
        version=form.version,
        title=_dated(form.title, year),
        table=form.table,
        columns=tuple(_column(table) for _, table in declared.columns),
        fields=tuple(_field(table) for _, table in declared.fields),
        heading=tuple(_dated(line, year) for line in form.heading),
        free_rows=tuple(FreeRow(table.key, table.title) for _, table in declared.free_rows),
        spare_rows=form.spare_rows,
        signature=form.signature,
        needs_document=form.needs_document,
        title_en=_dated(form.title_en, year),
    )


def _dated(text: str, year: int) -> str:
    return text.replace("{year}", str(year))


def _column(table: ColumnTable) -> Column:
    true_values, false_values = _ticks(table)
    return Column(
        key=table.name,
        title=table.title,
        role=table.role,
        type=_type(table),
        constraints=_constraints(table.constraints),
        expected=table.expected,
        aliases=tuple(table.aliases),
        description_vi=table.description,
        description_en=table.description_en,
        width=table.width,
        choices=tuple(table.choices),
        true_values=true_values,
        false_values=false_values,
    )


def _field(table: FieldTable) -> Field:
    true_values, false_values = _ticks(table)
    return Field(
        key=table.name,
        label=table.title,
        role=table.role,
        type=_type(table),
        constraints=_constraints(table.constraints),
        description_vi=table.description,
        description_en=table.description_en,
        true_values=true_values,
        false_values=false_values,
    )


def _type(table: ValueTable) -> ValueType:
    return ValueType.TICK if table.type == "boolean" else ValueType.TEXT


def _ticks(table: ValueTable) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if table.type != "boolean":
        return (), ()
    return tuple(table.true_values) or _TRUE, tuple(table.false_values) or _FALSE


def _constraints(table: ConstraintsTable) -> Constraints:
    return Constraints(table.required, table.min_length, table.max_length, table.pattern, tuple(table.enum))
