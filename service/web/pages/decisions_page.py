"""The decisions on record by their numbers, and one decision on many units: shown first, recorded once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus

import flask
import werkzeug

from service import workflows
from service.domain.decision_plan import DecisionPlan
from service.domain.decisions import Decision, DecisionKind
from service.domain.roles import may_decide, may_see_board
from service.domain.succession import own_codes
from service.errors import DecisionRefusedError, UnknownNameError
from service.web import current, queries
from service.web.pages import decision_form, many_form
from service.web.pages.decision_form import TypedWithdrawal
from service.web.pages.many_form import Selection, TypedMany
from service.web.pages.timeline import decision_details, decision_label, withdrawal_line
from service.web.problem_lines import form_title
from service.web.session import identity
from service.web.session.identity import signed_in
from service.web.texts import Words
from service.workflows import DecisionOutcome
from service.workspace import Workspace
from sheets_schema.campaign import Unit
from sheets_schema.wording import message

A_PAGE = 100
NAMED = 5  # units left out that a notice names; the rest are counted

decisions = flask.Blueprint("decisions", __name__, url_prefix="/decisions")


@dataclass(frozen=True, slots=True)
class DecidedUnit:
    """A unit that a decision was recorded for."""

    name: str
    code: str  # blank: it is not on the roster
    withdrawn: str  # its author, time and reason; blank: in force


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """One number: what was decided, on which units."""

    number: int
    title: str
    form: str
    details: tuple[str, ...]
    by: str
    units: tuple[DecidedUnit, ...]

    @property
    def in_force(self) -> int:
        """The number of units for which it is not withdrawn."""
        return sum(not unit.withdrawn for unit in self.units)


@dataclass(frozen=True, slots=True)
class PlanLine:
    """What would come of a decision for one unit, and why."""

    unit: Unit
    why: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a decision on many would record, what is on record already, who is left out and why."""

    title: str
    form: str
    details: tuple[str, ...]
    new: tuple[Unit, ...]
    repeated: tuple[PlanLine, ...]
    refused: tuple[PlanLine, ...]

    @property
    def codes(self) -> str:
        """The units it would be recorded for, as one field of the form."""
        return " ".join(unit.code for unit in self.new)


@decisions.get("")
@signed_in(may_see_board)
def index() -> str:
    """List the decisions, newest first."""
    workspace, words = current.workspace(), current.words()
    lines = _lines(workspace.store.facts.decisions(workspace.campaign.key), workspace, words)
    page, last = queries.pages_of(queries.read_page(flask.request.args.get("page", "")), len(lines), A_PAGE)
    return flask.render_template(
        "decisions.html",
        campaign=workspace.campaign,
        lines=lines[::-1][(page - 1) * A_PAGE : page * A_PAGE],
        page=page,
        last=last,
        may_record=may_decide(identity.require().role),
        kinds=_kinds(words),
    )


@decisions.get("/<int:number>")
@signed_in(may_see_board)
def page(number: int) -> str:
    """Show one decision and the units it is about."""
    return _page(TypedWithdrawal(number))


@decisions.post("/<int:number>/withdrawal")
@signed_in(may_decide)
def withdraw(number: int) -> werkzeug.Response | tuple[str, int]:
    """Withdraw a decision for all its units; a refusal is shown with what was typed."""
    workspace, words = current.workspace(), current.words()
    typed = decision_form.withdrawal_in(flask.request.form, number)
    try:
        standings = decision_form.withdraw(typed, (), workspace)
    except DecisionRefusedError as refused:
        return _page(replace(typed, fault=refused.text(words.language))), HTTPStatus.UNPROCESSABLE_ENTITY
    said = [words("record.withdrawn_now", number=number), *decision_form.still_returned(standings, workspace)]
    flask.flash(" ".join(said))
    return flask.redirect(flask.url_for("decisions.page", number=number), HTTPStatus.SEE_OTHER)


@decisions.get("/new")
@signed_in(may_decide)
def new() -> str:
    """Show the form for one decision on many units, those ticked elsewhere chosen already."""
    return _form(many_form.chosen_in(flask.request.args, current.workspace()))


@decisions.post("/preview")
@signed_in(may_decide)
def preview() -> str | tuple[str, int]:
    """Show what would be recorded; nothing is."""
    workspace = current.workspace()
    typed = many_form.typed_many(flask.request.form, workspace)
    try:
        asked = many_form.read_many(typed, workspace)
    except DecisionRefusedError as refused:
        return _refused(typed, refused)
    return _form(typed, _preview(workflows.foresee(workspace, asked), asked[0], workspace))


@decisions.post("")
@signed_in(may_decide)
def record() -> werkzeug.Response | tuple[str, int]:
    """Record the decision for the units that were shown, and redirect to its page."""
    workspace = current.workspace()
    typed = many_form.typed_many(flask.request.form, workspace)
    try:
        shown = replace(typed, chosen=Selection.TICKED.value)
        asked = many_form.read_many(shown, workspace)
        outcome = workflows.decide(workspace, asked, token=typed.decision.token, some=True)
    except DecisionRefusedError as refused:
        return _refused(typed, refused)
    for sentence in _said(outcome, workspace, current.words()):
        flask.flash(sentence)
    return flask.redirect(flask.url_for("decisions.page", number=outcome.number), HTTPStatus.SEE_OTHER)


def _kinds(words: Words) -> list[tuple[str, str]]:
    return [(kind.value, decision_label(kind, words)) for kind in DecisionKind]


def _refused(typed: TypedMany, refused: DecisionRefusedError) -> tuple[str, int]:
    return _form(typed.with_fault(refused.text(current.words().language))), HTTPStatus.UNPROCESSABLE_ENTITY


def _form(typed: TypedMany, foreseen: Preview | None = None) -> str:
    workspace, words = current.workspace(), current.words()
    campaign = workspace.campaign
    return flask.render_template(
        "many_decisions.html",
        campaign=campaign,
        typed=typed,
        preview=foreseen,
        kinds=_kinds(words),
        members=[
            (group, [unit for unit in campaign.active_units if unit.group == group.code]) for group in campaign.groups
        ],
    )


def _preview(plan: DecisionPlan, asked: Decision, workspace: Workspace) -> Preview:
    campaign, words = workspace.campaign, current.words()
    repeated = (
        (one.unit, words("record.on_record", number=one.number, at=words.instant(one.recorded_at, campaign.zone)))
        for one in plan.repeated
    )
    refused = ((code, why.text(words.language)) for code, why in plan.refused)
    return Preview(
        title=decision_label(asked.kind, words),
        form=campaign.obligation(asked.form).title,
        details=decision_details(asked, campaign, words),
        new=tuple(campaign.unit(one.unit) for one in plan.new),
        repeated=tuple(PlanLine(campaign.unit(code), why) for code, why in repeated),
        refused=tuple(PlanLine(campaign.unit(code), why) for code, why in refused),
    )


def _said(outcome: DecisionOutcome, workspace: Workspace, words: Words) -> Iterable[str]:
    """Return what came of it, in few words: the browser carries them in its cookie."""
    plan, campaign = outcome.plan, workspace.campaign
    if outcome.recorded:
        yield words("record.recorded_many", number=outcome.number, count=len(outcome.recorded))
    else:
        at = words.instant(plan.repeated[0].recorded_at, campaign.zone)
        yield words("record.recorded_before", number=outcome.number, at=at)
    if plan.refused:
        names = "; ".join(campaign.unit(code).short_name for code, _ in plan.refused[:NAMED])
        yield words("record.left_out", count=len(plan.refused), names=names)


def _page(typed: TypedWithdrawal) -> str:
    workspace, words = current.workspace(), current.words()
    made = [one for one in workspace.store.facts.decisions(workspace.campaign.key) if one.number == typed.number]
    if not made:
        raise UnknownNameError(message("decisions.no_number", number=typed.number))
    (line,) = _lines(made, workspace, words)
    return flask.render_template(
        "decision.html",
        campaign=workspace.campaign,
        line=line,
        withdrawing=typed if may_decide(identity.require().role) and line.in_force else None,
    )


def _lines(made: Sequence[Decision], workspace: Workspace, words: Words) -> list[DecisionLine]:
    """Return decisions number by number, in the order they were recorded."""
    campaign = workspace.campaign
    today = {code: unit for unit in campaign.units for code in own_codes(unit)}
    by_number: dict[int, list[Decision]] = {}
    for one in made:
        by_number.setdefault(one.number, []).append(one)
    return [_number_line(several, today, workspace, words) for several in by_number.values()]


def _number_line(
    several: Sequence[Decision], today: dict[str, Unit], workspace: Workspace, words: Words
) -> DecisionLine:
    campaign, first = workspace.campaign, several[0]
    forms = {form.key: form_title(form, words) for form in campaign.forms}
    at = words.instant(first.recorded_at, campaign.zone)
    return DecisionLine(
        number=first.number,
        title=decision_label(first.kind, words),
        form=forms.get(first.form, first.form),
        details=decision_details(replace(first, withdrawn=None), campaign, words),
        by=words("recorded_by", who=first.actor, at=at),
        units=tuple(_decided_unit(one, today.get(one.unit), workspace, words) for one in several),
    )


def _decided_unit(one: Decision, unit: Unit | None, workspace: Workspace, words: Words) -> DecidedUnit:
    taken_back = withdrawal_line(one.withdrawn, workspace.campaign, words) if one.withdrawn else ""
    return DecidedUnit(unit.name if unit else one.unit, unit.code if unit else "", taken_back)
