"""A made-up state of a campaign whose words try what a template can hold: for trying templates before they are used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from service.domain.board_tasks import board_tasks_at
from service.domain.contents import Contents
from service.domain.decisions import BoardTaskDone, Decision, DecisionKind
from service.domain.history import Owed, group_history
from service.domain.observations import Observation, TabPlace
from service.domain.papers.content import PaperContent
from service.domain.standings import standings_at
from sheets_schema.campaign import Campaign, Column, ColumnRole, Field, Form, Obligation, TableKind, Unit, ValueType
from sheets_schema.problems import Severity
from sheets_schema.reading.rows import RowKind
from sheets_schema.wording import Language

# what breaks a document, or empties it in silence, where it is not escaped
HOSTILE = (
    "</w:t></w:r></w:p> < & > \" ' &amp; &#60; ]]> <!--",
    "{{ 7 * 7 }} {% for x in y %} {# #} {_{ }_} {_% %_} _x0041_",
    "".join(map(chr, range(1, 32))) + "end",
    "halves \ud83d, \udc00 and \ufffe\uffff",
    "\u202edetrever\u202c \u200f\u2067abc\u2069 \u200b",
    "Nguye\u0302\u0303n \U0001f600 =1+1 @x -y",
    "line one\r\nline two\n\nthree\ttab",
    "long " * 60,
)
STAGES = ("partial", "complete", "none", "late", "nil", "draft", "extended", "exempt")
_ACTOR = "…"


def sample_content(campaign: Campaign) -> PaperContent:
    """Return a state with every kind of standing, hostile words in every place that people fill."""
    named = tuple(
        replace(unit, name=f"{unit.name} {HOSTILE[number % 2]}") for number, unit in enumerate(campaign.units)
    )
    campaign = replace(campaign, units=named)
    at = max(owed.due_before for owed in campaign.obligations) + timedelta(days=2, hours=17)
    stages = {unit.code: STAGES[number % len(STAGES)] for number, unit in enumerate(campaign.active_units)}
    seen: list[Observation] = []
    decided: list[Decision] = []
    held: dict[Owed, Contents] = {}
    for owed in campaign.obligations:
        form = campaign.form(owed.form)
        for unit in campaign.active_units:
            stage = stages[unit.code]
            seen += _seen(unit, owed, stage)
            decided += _decided(unit, owed, stage, at)
            if stage not in ("none", "extended", "exempt"):
                held[unit.code, form.key] = _held(campaign, unit, form, owed.due_before)
    done = [
        BoardTaskDone(task.code, at.date(), at, _ACTOR, HOSTILE[0])
        for number, task in enumerate(campaign.board_tasks)
        if number % 2
    ]
    history = group_history(seen, decided, done)
    standings = standings_at(at, campaign, history)
    tasks = board_tasks_at(at, campaign, done)
    return PaperContent(campaign, at, standings, tasks, held, history, _no_link, label=HOSTILE[1])


def _no_link(_spreadsheet: str, _sheet: int, _cell: str) -> str:
    return ""


def _seen(unit: Unit, owed: Obligation, stage: str) -> Iterator[Observation]:
    if stage in ("none", "extended", "exempt"):
        return
    before = timedelta(hours=3) if stage != "late" else -timedelta(days=1, hours=3)
    moment = owed.due_before - before
    yield Observation(
        unit=unit.code,
        form=owed.form,
        seen_at=moment,
        last_seen_at=moment - timedelta(hours=1),
        modified_at=None,
        filled=True,
        confirmed=stage != "draft",
        nil=stage == "nil",
        content=stage in ("complete", "late"),
        document=stage in ("complete", "late"),
        entries=2,
        errors=1,
        warnings=0,
        digest=unit.code,
        fault_digest="",
        place=TabPlace("", 0, unit.short_name, "A1"),
    )


def _decided(unit: Unit, owed: Obligation, stage: str, at: datetime) -> Iterator[Decision]:
    kinds = {"extended": DecisionKind.EXTEND, "exempt": DecisionKind.EXEMPT, "partial": DecisionKind.RETURN}
    if stage in kinds:
        yield Decision(
            kinds[stage],
            unit.code,
            owed.form,
            recorded_at=owed.due_before - timedelta(days=1),
            actor=_ACTOR,
            reason="\n".join(HOSTILE),
            before=at + timedelta(days=3) if stage == "extended" else None,
        )


def _held(campaign: Campaign, unit: Unit, form: Form, seen_at: datetime) -> Contents:
    keys = [""] * len(HOSTILE)
    if form.table is TableKind.FIXED:
        keys = [*(one.code for one in campaign.contents), *(free.key for free in form.free_rows)]
    first = 10
    return Contents(
        unit=unit.code,
        form=form.key,
        seen_at=seen_at,
        spreadsheet_id="",
        sheet_id=0,
        confirmed=True,
        entries=tuple(_entry(form, key, first + number) for number, key in enumerate(keys)),
        problems=(_problem(form, first),),
        fields={field.key: _typed(field, number) for number, field in enumerate(form.fields)},
        others=(_entry(form, keys[0], first + len(keys)),),
    )


def _entry(form: Form, key: str, row: int) -> dict[str, object]:
    values = {column.key: _typed(column, row + number) for number, column in enumerate(form.columns)}
    for column in form.columns:
        if column.role in (ColumnRole.SECTION, ColumnRole.GIVEN):
            values[column.key] = key
        elif column.role is ColumnRole.NIL:
            values[column.key] = ""
    kind = RowKind.ACTIVITY if form.table is TableKind.OPEN else RowKind.CONTENT
    return {"row": row, "cell": f"A{row}", "kind": kind.value, "key": key, "values": values, "period": None}


def _typed(value: Column | Field, number: int) -> str:
    return "x" if value.type is ValueType.TICK else HOSTILE[number % len(HOSTILE)]


def _problem(form: Form, row: int) -> dict[str, object]:
    words = {language.value: f"{HOSTILE[0]} {HOSTILE[1]}" for language in Language}
    place = {"row": row, "column": form.columns[0].key, "cell": f"A{row}"}
    return {"code": "", "severity": Severity.ERROR.value, "message": words, **place}
