"""What people decide: extension, paper receipt, exemption, return, acceptance, nil; and the board's own tasks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import click

from service import workflows
from service.cli import context
from service.cli.context import INSTANT, now_option
from service.cli.words import Number, argument, command, language, option, print_word, word
from service.domain.decision_plan import chosen_units
from service.domain.decisions import BoardTaskDone, Decision, DecisionKind
from service.domain.instant_words import instant_message
from service.domain.standing_labels import label_of
from service.domain.titles import form_title_in
from service.domain.typed_instants import UnreadableInstantError, read_day
from service.domain.typed_lines import read_document, read_note, read_reason
from service.errors import UnknownNameError
from service.workflows import DecisionOutcome
from service.workspace import Workspace
from sheets_schema.campaign import Unit
from sheets_schema.wording import message

Body = Callable[..., None]
NO_UNITS = 1  # exit status where no unit is chosen


@dataclass(frozen=True, slots=True)
class TypedDecision:
    """What was typed for a decision of any kind."""

    units: tuple[str, ...]
    form_key: str
    reason: str
    document: str
    every: bool
    group: str
    unsent: bool
    dry_run: bool
    by: str
    now: datetime | None

    @property
    def selects(self) -> bool:
        """Return True if the units are chosen by what they are, not by name."""
        return self.every or self.narrows

    @property
    def narrows(self) -> bool:
        """Return True if only some of all units are chosen by what they are."""
        return self.unsent or bool(self.group)

    @property
    def chooses_one_way(self) -> bool:
        """Return True if the units are named, or all of them meant, or those of a group or that have not sent."""
        return [bool(self.units), self.every, self.narrows].count(True) == 1


def _decision_options(body: Body) -> Body:
    for given in (
        now_option,
        option("--by", default="", metavar="cli.metavar_name", help="cli.by_help"),
        option("--dry-run", is_flag=True, help="cli.decision_dry_run_help"),
        option("--unsent", is_flag=True, help="cli.unsent_help"),
        option("--group", default="", metavar="cli.metavar_group", help="cli.group_help"),
        option("--all", "every", is_flag=True, help="cli.all_help"),
        option("--document", default="", metavar="cli.metavar_reference", help="cli.document_help"),
        option("--reason", default="", metavar="cli.metavar_text", help="cli.reason_help"),
        option("--form", "form_key", required=True, metavar="cli.metavar_form", help="cli.one_form_help"),
        argument("units", nargs=-1, metavar="cli.metavar_units"),
    ):
        body = given(body)
    return body


def _decide(
    kind: DecisionKind, typed: TypedDecision, *, before: datetime | None = None, received_at: datetime | None = None
) -> None:
    if not typed.chooses_one_way:
        raise click.UsageError(word("cli.which_units"))
    with context.workspace(typed.now, learns=not typed.dry_run) as workspace:
        campaign = workspace.campaign
        form, now = context.form_named(campaign, typed.form_key).key, workspace.clock()
        decisions = [
            Decision(
                kind=kind,
                unit=unit.code,
                form=form,
                recorded_at=now,
                actor=context.actor_named(workspace, typed.by),
                reason=read_reason(typed.reason),
                document=read_document(typed.document),
                before=context.in_zone(before, campaign.zone) if before else None,
                received_at=context.in_zone(received_at, campaign.zone) if received_at else None,
            )
            for unit in _units(workspace, typed, form)
        ]
        if not decisions:
            context.note(word("cli.no_units_chosen"))
            click.get_current_context().exit(NO_UNITS)
        outcome = workflows.decide(workspace, decisions, some=typed.selects, dry_run=typed.dry_run)
        _print_outcome(workspace, outcome, decisions[0], dry_run=typed.dry_run)


def _units(workspace: Workspace, typed: TypedDecision, form: str) -> tuple[Unit, ...]:
    campaign = workspace.campaign
    if typed.units:
        named = [context.unit_named(campaign, text) for text in typed.units]
        return tuple(dict.fromkeys(named))
    groups = [group.code for group in campaign.groups]
    if typed.group and typed.group not in groups:
        raise UnknownNameError(message("cli.no_group", group=typed.group, known=", ".join(groups)))
    standings = workflows.standings(workspace, workspace.clock(), (form,))
    return chosen_units(campaign, standings, group=typed.group, unsent=typed.unsent)


def _print_outcome(workspace: Workspace, outcome: DecisionOutcome, asked: Decision, *, dry_run: bool) -> None:
    campaign, plan = workspace.campaign, outcome.plan
    about = {"decision": label_of(asked.kind, language()), "form": form_title_in(campaign.form(asked.form), language())}
    names = {unit.code: unit.name for unit in campaign.units}
    for one in plan.repeated:
        at = instant_message(one.recorded_at, campaign.zone)
        print_word("cli.recorded_already", **about, unit=names[one.unit], number=one.number, at=at)
    if plan.new:
        count = len(plan.new)
        unit = names[plan.new[0].unit] if count == 1 else word("cli.units_counted", count=count)
        print_word("cli.would_record" if dry_run else "cli.recorded", **about, unit=unit, number=outcome.number)
    for standing in outcome.standings:
        said = {"label": standing.label_in(language()), "limit": standing.limit.full_words.text(language())}
        if len(outcome.standings) == 1:
            print_word("cli.state_now", **said)
        else:
            print_word("cli.state_of_unit", unit=names[standing.unit], **said)
    for unit, why in plan.refused:
        context.note(word("cli.left_out", unit=names[unit], reason=why))
    if not asked.reason or not asked.document:
        context.note(word("cli.give_reason"))


@command("cli.extend_about")
@_decision_options
@option("--before", type=INSTANT, required=True, metavar="ISO", help="cli.extend_before_help")
def extend(before: datetime, **typed: object) -> None:
    """Extend the deadline of units."""
    _decide(DecisionKind.EXTEND, _typed(typed), before=before)


@command("cli.receive_about")
@_decision_options
@option("--at", "at", type=INSTANT, required=True, metavar="ISO", help="cli.receive_at_help")
def receive(at: datetime, **typed: object) -> None:
    """Record a paper copy, or confirm when something was received."""
    _decide(DecisionKind.RECEIVE, _typed(typed), received_at=at)


@command("cli.exempt_about")
@_decision_options
def exempt(**typed: object) -> None:
    """Record that units owe nothing."""
    _decide(DecisionKind.EXEMPT, _typed(typed))


@command("cli.return_about", "return")
@_decision_options
def return_(**typed: object) -> None:
    """Ask units to complete or correct."""
    _decide(DecisionKind.RETURN, _typed(typed))


@command("cli.accept_about")
@_decision_options
def accept(**typed: object) -> None:
    """Accept what units have sent."""
    _decide(DecisionKind.ACCEPT, _typed(typed))


@command("cli.nil_about")
@_decision_options
@option("--at", "at", type=INSTANT, metavar="ISO", help="cli.nil_at_help")
def nil(at: datetime | None, **typed: object) -> None:
    """Record that units report nothing."""
    _decide(DecisionKind.NIL, _typed(typed), received_at=at)


def _typed(given: dict[str, object]) -> TypedDecision:
    return TypedDecision(**given)  # type: ignore[arg-type]  # click gives what the options declare


@command("cli.withdraw_about")
@argument("number", type=Number(1, 10**15), metavar="cli.metavar_number")
@option("--reason", required=True, metavar="cli.metavar_text", help="cli.withdraw_reason_help")
@option("--document", default="", metavar="cli.metavar_reference", help="cli.document_help")
@option("--unit", "units", multiple=True, metavar="cli.metavar_unit", help="cli.withdraw_unit_help")
@option("--by", default="", metavar="cli.metavar_name", help="cli.by_help")
@now_option
def withdraw(number: int, reason: str, document: str, units: tuple[str, ...], by: str, now: datetime | None) -> None:
    """Take a decision back."""
    with context.workspace(now, learns=True) as workspace:
        campaign = workspace.campaign
        codes = [context.unit_named(campaign, text).code for text in units]
        actor = context.actor_named(workspace, by)
        standings = workflows.withdraw(
            workspace, number, units=codes, actor=actor, reason=read_reason(reason), document=read_document(document)
        )
        print_word("cli.withdrawn", number=number)
        for standing in standings:
            said = {"label": standing.label_in(language()), "limit": standing.limit.full_words.text(language())}
            print_word("cli.state_of_unit", unit=campaign.unit(standing.unit).name, **said)


@command("cli.freeze_about")
@argument("label", metavar="cli.metavar_name")
@option("--at", "at", type=INSTANT, metavar="ISO", help="cli.freeze_at_help")
@option("--reason", default="", metavar="cli.metavar_text", help="cli.note_help")
@now_option
def freeze(label: str, at: datetime | None, reason: str, now: datetime | None) -> None:
    """Name a moment whose figures can be made again."""
    with context.workspace(now, learns=True) as workspace:
        zone = workspace.campaign.zone
        moment = context.in_zone(at, zone) if at else workspace.clock()
        made = workflows.freeze(workspace, label, moment, read_note(reason))
        print_word("cli.frozen", label=made.label, at=instant_message(made.at, zone))


class Day(click.ParamType[date]):
    """A calendar day, as 2023-10-20 or 20/10/2023."""

    name = "day"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Parse what was typed."""
        if isinstance(value, date):
            return value
        try:
            return read_day(str(value))
        except UnreadableInstantError as error:
            self.fail(error.text(language()), param, ctx)


@command("cli.board_task_about", "board-task")
@argument("code", metavar="cli.metavar_code")
@option("--done", "done_on", type=Day(), metavar="cli.metavar_day", help="cli.done_help")
@option("--reopen", is_flag=True, help="cli.reopen_help")
@option("--reason", default="", metavar="cli.metavar_text", help="cli.note_help")
@option("--document", default="", metavar="cli.metavar_reference", help="cli.reference_help")
@now_option
def board_task(code: str, done_on: date | None, reopen: bool, reason: str, document: str, now: datetime | None) -> None:
    """Record a task of the board's own as done or not done."""
    if (done_on is None) == (not reopen):
        raise click.UsageError(word("cli.done_or_reopen"))
    with context.workspace(now, learns=True) as workspace:
        known = [task.code for task in workspace.campaign.board_tasks]
        if code not in known:
            key = "cli.no_task" if known else "cli.no_tasks"
            raise UnknownNameError(message(key, code=code, known=", ".join(known)))
        done = BoardTaskDone(
            code, done_on, workspace.clock(), workspace.actor, read_note(reason), read_document(document)
        )
        workflows.finish_board_task(workspace, done)
    print_word("cli.board_task_reopened" if reopen else "cli.board_task_done", code=code)
