"""A unit's page: its status with each form and why, what is to be corrected, what happened, decisions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus

import flask
import werkzeug

from service import workflows
from service.domain.contents import Contents, shown_fields
from service.domain.decisions import Decision, DecisionKind, in_force
from service.domain.history import History
from service.domain.papers import PaperName
from service.domain.plan_words import plan_name, plan_parts
from service.domain.roles import may_decide, may_edit_tabs, may_see_board
from service.domain.succession import codes_of
from service.errors import DecisionRefusedError, UnknownNameError
from service.facts.records import RegisteredTab
from service.web import current, problem_lines
from service.web.pages import dashboard_content, decision_form, papers_page
from service.web.pages.decision_form import Typed, TypedWithdrawal
from service.web.pages.mail_lines import shown_lines
from service.web.pages.moments import moment_form
from service.web.pages.timeline import MOST, decision_label, is_cut, timeline
from service.web.problem_lines import ProblemFilter, ProblemLine
from service.web.session import identity
from service.web.texts import Words
from service.workflows import DecisionOutcome
from service.workspace import Workspace
from sheets_schema.campaign import Campaign, Obligation, Unit
from sheets_schema.wording import Message, message

SHOWN_MAILS = 60

units = flask.Blueprint("units", __name__, url_prefix="/units")


@dataclass(frozen=True, slots=True)
class OwedPart:
    """One obligation on a unit's page."""

    form: str
    title: str
    label: str
    lines: tuple[tuple[str, str], ...]  # what a reason is about, and its text
    tab: str  # where the tab is looked at
    fields: tuple[tuple[str, str], ...]  # what is typed beside the table, blank ones left out
    problems: tuple[ProblemLine, ...]
    read: str  # of which read the problems are
    was_read: bool  # or had been, at a past moment
    fault: str  # why the tab keeps what was read before; blank: it does not


@dataclass(frozen=True, slots=True)
class PlanShown:
    """The plan's words: its name, and each part's heading and lines with their marks."""

    name: str
    parts: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


@dataclass(frozen=True, slots=True)
class UnitPaper:
    """A paper about the unit: its name and form, and its arguments in an address."""

    name: str
    form: str  # its key
    title: str


@dataclass(frozen=True, slots=True)
class DecisionForm:
    """One kind of decision, as a form offers it."""

    kind: DecisionKind
    title: str
    hint: str
    instant: str  # the label of the instant it asks for; blank: none
    needs_instant: bool


@units.get("/<code>")
@identity.signed_in()
def page(code: str) -> str:
    """Show one unit."""
    identity.require_unit(code)
    as_of, workspace = current.as_of(
        flask.request.args.get("as_of", ""), by_name=may_see_board(identity.require().role)
    )
    return _shown(current.unit(code, workspace.campaign), as_of, Typed())


@units.post("/<code>/<form_key>/decisions")
@identity.signed_in(may_decide)
def decide(code: str, form_key: str) -> werkzeug.Response | tuple[str, int]:
    """Record a decision and redirect to the page; a refusal is shown with what was typed."""
    workspace, words = current.workspace(), current.words()
    campaign = workspace.campaign
    unit = current.unit(code, workspace.campaign)
    if form_key not in {owed.form for owed in campaign.obligations}:
        raise UnknownNameError(message("web.no_page"))
    typed = decision_form.typed_in(flask.request.form, form_key)
    owed = decision_form.Owed(code, form_key, identity.require().email, workspace.clock(), campaign.zone)
    try:
        decision = decision_form.read_decision(typed, owed)
        outcome = workflows.decide(workspace, [decision], token=typed.token)
    except DecisionRefusedError as refused:
        return _shown(unit, None, replace(typed, fault=refused.text(words.language))), HTTPStatus.UNPROCESSABLE_ENTITY
    flask.flash(_recorded(outcome, decision, workspace, words))
    return flask.redirect(flask.url_for("units.page", code=code), HTTPStatus.SEE_OTHER)


@units.post("/<code>/decisions/<int:number>/withdrawal")
@identity.signed_in(may_decide)
def withdraw(code: str, number: int) -> werkzeug.Response | tuple[str, int]:
    """Withdraw a decision for this unit and redirect to the page; a refusal is shown with what was typed."""
    workspace, words = current.workspace(), current.words()
    unit = current.unit(code, workspace.campaign)
    typed = decision_form.withdrawal_in(flask.request.form, number)
    try:
        standings = decision_form.withdraw(typed, (unit.code,), workspace)
    except DecisionRefusedError as refused:
        typed = replace(typed, fault=refused.text(words.language))
        return _shown(unit, None, Typed(), typed), HTTPStatus.UNPROCESSABLE_ENTITY
    said = [words("record.withdrawn_now", number=number)]
    said += [words("record.status_now", status=one.label_in(words.language)) for one in standings]
    said += decision_form.still_returned(standings, workspace)
    flask.flash(" ".join(said))
    return flask.redirect(flask.url_for("units.page", code=code), HTTPStatus.SEE_OTHER)


def _recorded(outcome: DecisionOutcome, decision: Decision, workspace: Workspace, words: Words) -> str:
    """Return what was recorded, or was on record already, and the status of the unit after it."""
    (standing,) = outcome.standings
    (made,) = outcome.recorded or outcome.plan.repeated
    said = words(
        "recorded" if outcome.recorded else "recorded_already",
        decision=decision_label(decision.kind, words),
        number=made.number,
        at=words.instant(made.recorded_at, workspace.campaign.zone),
        form=workspace.campaign.obligation(decision.form).title,
        status=standing.label_in(words.language),
        limit=standing.limit.full_words.text(words.language),
    )
    bare = not decision.reason or not decision.document
    return f"{said} {words('better_with_reason')}" if bare else said


def _shown(unit: Unit, as_of: datetime | None, typed: Typed, withdrawing: TypedWithdrawal | None = None) -> str:
    words, here = current.words(), current.workspace()
    workspace = here if as_of is None else workflows.as_declared(here, as_of)
    campaign = workspace.campaign
    at = as_of or workspace.clock()
    tabs = {form: tab for (code, form), tab in workflows.tabs_then(workspace, as_of).items() if code == unit.code}
    facts = workspace.store.facts.lines(campaign.key, codes_of(campaign, unit), until=at)
    role = identity.require().role
    events = timeline(facts, campaign, words)
    deciding = may_decide(role) and as_of is None
    mails = workspace.store.mail.of_unit(campaign.key, unit.code) if may_see_board(role) and as_of is None else ()
    return flask.render_template(
        "unit.html",
        campaign=campaign,
        unit=unit,
        group=campaign.group(unit.group).name,
        at=dashboard_content.moment_words(workspace, as_of, at),
        as_of=as_of.isoformat() if as_of else None,
        owed=[_owed(workspace, unit, owed, as_of, tabs.get(owed.form)) for owed in campaign.obligations],
        moments=moment_form(here, as_of, words),
        events=events,
        papers=_papers(campaign, workspace.history(as_of, unit), unit, at) if may_see_board(role) else (),
        paper_kinds=[one.value for one in papers_page.paper_kinds()],
        files=[event for event in events if event.file],
        mails=shown_lines(workspace, words, reversed(mails[-SHOWN_MAILS:])),
        mails_left=max(0, len(mails) - SHOWN_MAILS),
        shows_mails=may_see_board(role) and as_of is None,
        cut_to=MOST if is_cut(events) else 0,
        decisions=_decision_forms(words) if deciding else (),
        typed=typed,
        withdrawing=(withdrawing or TypedWithdrawal()) if deciding else None,
        may_edit=may_edit_tabs(role),
        plan=_plan(campaign, words),
        may_decide_now=as_of is not None and may_decide(role),
    )


def _papers(campaign: Campaign, history: History, unit: Unit, at: datetime) -> list[UnitPaper]:
    """Return the papers there are about the unit: each form as it is, and a letter where it was returned."""
    found = []
    for owed in campaign.obligations:
        found.append(UnitPaper(PaperName.FORM.value, owed.form, owed.title))
        made = in_force(history.decisions_of(unit.code, owed.form), at)
        if any(one.kind is DecisionKind.RETURN for one in made):
            found.append(UnitPaper(PaperName.RETURN.value, owed.form, owed.title))
    return found


def _plan(campaign: Campaign, words: Words) -> PlanShown:
    parts = tuple(
        (part.heading.text(words.language), tuple((mark, _text(said, words)) for mark, said in part.lines))
        for part in plan_parts(campaign)
    )
    return PlanShown(plan_name(campaign).text(words.language), parts)


def _text(said: str | Message, words: Words) -> str:
    return said if isinstance(said, str) else said.text(words.language)


def _owed(
    workspace: Workspace, unit: Unit, obligation: Obligation, as_of: datetime | None, tab: RegisteredTab | None
) -> OwedPart:
    words = current.words()
    explanation = workflows.explain(workspace, unit.code, obligation.form, as_of)
    wanted = ProblemFilter(unit=unit.code, form=obligation.form)
    faults = workspace.store.tab_faults.all(workspace.campaign.key) if as_of is None else {}
    fault = faults.get((unit.code, obligation.form))
    read = workspace.store.registry.last_read(tab.spreadsheet_id) if tab and as_of is None else None
    read = fault.last_read if fault else read
    read_words = words.instant(dashboard_content.minute(read), workspace.campaign.zone) if read else ""
    return OwedPart(
        form=obligation.form,
        title=obligation.title,
        label=explanation.label.text(words.language),
        lines=tuple((about.text(words.language), text.text(words.language)) for about, text in explanation.reasons),
        tab=current.tab_url(tab.spreadsheet_id, tab.sheet_id) if tab else "",
        fields=_fields(workspace, unit, obligation.form, as_of),
        problems=tuple(problem_lines.problem_lines(workspace, wanted, words, as_of)),
        read=words("problems_as_of", at=read_words) if read else "",
        was_read=bool(read) if as_of is None else bool(_held(workspace, unit, obligation.form, as_of)),
        fault=explanation.tab_fault.text(words.language) if explanation.tab_fault else "",
    )


def _held(workspace: Workspace, unit: Unit, form_key: str, as_of: datetime | None) -> tuple[Contents, ...]:
    """Return what the unit's tab was last read to hold, or was at an instant; nothing where it was not read."""
    return workspace.store.contents.read(workspace.campaign.key, form_key, (unit.code,), as_of)


def _fields(workspace: Workspace, unit: Unit, form_key: str, as_of: datetime | None) -> tuple[tuple[str, str], ...]:
    form = workspace.campaign.form(form_key)
    held = _held(workspace, unit, form_key, as_of)
    texts = [(field.label, one.field_text(field)) for one in held for field in shown_fields(form)]
    return tuple((label, text) for label, text in texts if text.strip())


def _decision_forms(words: Words) -> tuple[DecisionForm, ...]:
    return tuple(
        DecisionForm(
            kind,
            decision_label(kind, words),
            words(f"decision_{kind}_hint"),
            words(f"record.instant_{kind}") if kind in decision_form.INSTANT_OF else "",
            kind not in decision_form.MAY_LACK_INSTANT,
        )
        for kind in DecisionKind
    )
