"""What people decide: extension, paper receipt, exemption, return, acceptance, nil; and the board's own tasks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import click

from service import workflows
from service.cli import context
from service.cli.context import INSTANT, now_option
from service.cli.words import argument, command, language, option, print_word, word
from service.domain.decisions import BoardTaskDone, Decision, DecisionKind
from service.domain.standing_labels import label_of
from service.domain.typed_instants import UnreadableInstantError, read_day
from service.errors import UnknownNameError
from sheets_schema.wording import message

Body = Callable[..., None]
Said = tuple[str, str, datetime | None]  # reason, document, --now


def _decision_options(body: Body) -> Body:
    for given in (
        now_option,
        option("--document", default="", metavar="cli.metavar_reference", help="cli.document_help"),
        option("--reason", default="", metavar="cli.metavar_text", help="cli.reason_help"),
        option("--form", "form_key", required=True, metavar="cli.metavar_form", help="cli.one_form_help"),
        argument("unit", metavar="cli.metavar_unit"),
    ):
        body = given(body)
    return body


def _decide(
    kind: DecisionKind,
    unit: str,
    form_key: str,
    said: Said,
    *,
    before: datetime | None = None,
    received_at: datetime | None = None,
) -> None:
    reason, document, now = said
    with context.workspace(now) as workspace:
        campaign = workspace.campaign
        decision = Decision(
            kind=kind,
            unit=context.unit_named(campaign, unit).code,
            form=context.owed_forms(campaign, form_key)[0],
            recorded_at=workspace.clock(),
            actor=workspace.actor,
            reason=reason.strip(),
            document=document.strip(),
            before=context.in_zone(before, campaign.zone) if before else None,
            received_at=context.in_zone(received_at, campaign.zone) if received_at else None,
        )
        standing = workflows.decide(workspace, decision)
        name = campaign.unit(decision.unit).name
    decided = label_of(kind, language())
    print_word("cli.recorded", decision=decided, unit=name, form=campaign.form(decision.form).title)
    print_word("cli.state_now", label=standing.label_in(language()), limit=standing.limit.full_words.text(language()))
    if not decision.reason or not decision.document:
        context.note(word("cli.give_reason"))


@command("cli.extend_about")
@_decision_options
@option("--before", type=INSTANT, required=True, metavar="ISO", help="cli.extend_before_help")
def extend(unit: str, form_key: str, reason: str, document: str, now: datetime | None, before: datetime) -> None:
    """Extend the deadline of a unit."""
    _decide(DecisionKind.EXTEND, unit, form_key, (reason, document, now), before=before)


@command("cli.receive_about")
@_decision_options
@option("--at", "at", type=INSTANT, required=True, metavar="ISO", help="cli.receive_at_help")
def receive(unit: str, form_key: str, reason: str, document: str, now: datetime | None, at: datetime) -> None:
    """Record a paper copy, or confirm when something was received."""
    _decide(DecisionKind.RECEIVE, unit, form_key, (reason, document, now), received_at=at)


@command("cli.exempt_about")
@_decision_options
def exempt(unit: str, form_key: str, reason: str, document: str, now: datetime | None) -> None:
    """Record that a unit owes nothing."""
    _decide(DecisionKind.EXEMPT, unit, form_key, (reason, document, now))


@command("cli.return_about", "return")
@_decision_options
def return_(unit: str, form_key: str, reason: str, document: str, now: datetime | None) -> None:
    """Ask a unit to complete or correct."""
    _decide(DecisionKind.RETURN, unit, form_key, (reason, document, now))


@command("cli.accept_about")
@_decision_options
def accept(unit: str, form_key: str, reason: str, document: str, now: datetime | None) -> None:
    """Accept what a unit has sent."""
    _decide(DecisionKind.ACCEPT, unit, form_key, (reason, document, now))


@command("cli.nil_about")
@_decision_options
def nil(unit: str, form_key: str, reason: str, document: str, now: datetime | None) -> None:
    """Record that a unit reports nothing."""
    _decide(DecisionKind.NIL, unit, form_key, (reason, document, now))


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
    with context.workspace(now) as workspace:
        known = [task.code for task in workspace.campaign.board_tasks]
        if code not in known:
            key = "cli.no_task" if known else "cli.no_tasks"
            raise UnknownNameError(message(key, code=code, known=", ".join(known)))
        done = BoardTaskDone(code, done_on, workspace.clock(), workspace.actor, reason.strip(), document.strip())
        workflows.finish_board_task(workspace, done)
    print_word("cli.board_task_reopened" if reopen else "cli.board_task_done", code=code)
