"""`tonghop mail`: who is to be written to, sending it, and what became of every mail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click

from service.cli import context
from service.cli.context import INSTANT, now_option
from service.cli.mail_waiting import why_waiting
from service.cli.words import (
    Choice,
    FilePath,
    Number,
    UsageRefusal,
    argument,
    group,
    language,
    option,
    print_word,
    word,
)
from service.domain.instant_words import instant_words
from service.domain.mail.keys import MailState
from service.domain.mail.ledger_lines import MailLine
from service.domain.titles import form_title_in
from service.mail import deciding, ledger_planning, mail_drafts
from service.mail.means import MailMeans
from service.mail.sending import MailRun, SendReport
from service.worker import worker_name
from service.workspace import Workspace
from sheets_schema.wording import Message, joined, message
from sheets_schema.wording.system_reasons import system_reason

UNWELL = 1
_ROUNDS = 10_000
format_option = option("--format", "shape", type=Choice(["text", "json"]), default="text", help="cli.how_printed")
number_argument = argument("number", type=Number(1, 2**53), metavar="cli.metavar_number")


@group("cli.mail_about")
def mail() -> None:
    """Plan, send and account for mails."""


@mail.command(help="cli.mail_plan_about")
@option("--at", "until", type=INSTANT, metavar="ISO", help="cli.mail_at_help")
@option("--eml", "folder", type=FilePath(file_okay=False), metavar="cli.metavar_folder", help="cli.mail_eml_help")
@option("--xlsx", "sheet", type=FilePath(), metavar="cli.metavar_file", help="cli.mail_xlsx_help")
@option("--texts", type=FilePath(), metavar="cli.metavar_file", help="cli.mail_texts_help")
@option("--record", is_flag=True, help="cli.mail_record_help")
@format_option
@now_option
def plan(  # noqa: PLR0913 – one parameter an option
    until: datetime | None,
    folder: Path | None,
    sheet: Path | None,
    texts: Path | None,
    record: bool,
    shape: str,
    now: datetime | None,
) -> None:
    """Print who would get what and why; write it as files for those who send by hand."""
    writes = record or any(one is not None for one in (folder, sheet, texts))
    opening = context.changing if writes else context.workspace
    with opening(now) as workspace:
        zone = workspace.campaign.zone
        upto = context.in_zone(until, zone) if until else deciding.end_of_tomorrow(workspace)
        if upto < workspace.clock():
            raise click.UsageError(word("cli.mail_at_past", at=instant_words(upto, zone, language())))
        found = ledger_planning.foresee(workspace, upto, with_failed=True)
        if shape == "json":
            context.answer_json([_foreseen_json(workspace, one) for one in found])
        else:
            _print_plan(workspace, found, upto)
        if writes:
            _write(workspace, upto, folder, sheet, texts, record=record)
        lack = MailMeans.of(workspace).lack(workspace.settings)
        if lack is not None:
            context.note(lack.text(language()))


def _write(
    workspace: Workspace, upto: datetime, folder: Path | None, sheet: Path | None, texts: Path | None, *, record: bool
) -> None:
    from service.documents.file_writing import write_xlsx  # noqa: PLC0415 – only a sheet needs it

    found = mail_drafts.drafts(workspace, upto, links=True, short=sheet is not None or texts is not None)
    made = found.made
    if found.faults:
        context.note(message("mail.left_out", count=found.left_out, faults=joined(found.faults)).text(language()))
    try:
        if folder is not None:
            context.note(
                word("cli.mail_files_written", count=mail_drafts.write_files(workspace, made, folder), place=folder)
            )
        if sheet is not None:
            with sheet.open("wb") as file:
                write_xlsx([mail_drafts.merge_table(workspace, made, language())], file)
            context.note(word("cli.mail_files_written", count=len(made), place=sheet))
        if texts is not None:
            texts.write_text(mail_drafts.short_texts(made), encoding="utf-8")
            context.note(word("cli.mail_files_written", count=len(made), place=texts))
    except OSError as error:
        reason = system_reason(error).text(language())
        raise UsageRefusal(word("cli.not_written_to", place=error.filename or "", reason=reason), 1) from error
    if record:
        mail_drafts.record_as_sent(workspace, made)
        context.note(word("cli.mail_recorded", count=len(made)))


def _print_plan(workspace: Workspace, found: tuple[ledger_planning.ForeseenMail, ...], upto: datetime) -> None:
    until = instant_words(upto.replace(second=0, microsecond=0), workspace.campaign.zone, language())
    if not found:
        print_word("cli.mail_plan_empty", until=until)
        return
    print_word("cli.mail_plan_heading", count=len(found), until=until)
    for one in found:
        line, addresses = one.line, ", ".join(one.addresses) or word("mail.no_address")
        at = instant_words(line.due_at, workspace.campaign.zone, language())
        parts = [
            at,
            word(f"mail.kind_{line.kind.value}"),
            _title(workspace, line),
            line.why.text(language()),
            addresses,
        ]
        state = "" if line.state is MailState.PLANNED else f" [{word(f'mail.state_{line.state.value}')}]"
        click.echo(f"{line.key.unit.ljust(12)} {' · '.join(filter(None, parts))}{state}")


def _title(workspace: Workspace, line: MailLine) -> str:
    """Return what the form of a line is called; blank where it is about none."""
    form = next((form for form in workspace.campaign.forms if form.key == line.key.form), None)
    return form_title_in(form, language()) if form else line.key.form


def _foreseen_json(workspace: Workspace, one: ledger_planning.ForeseenMail) -> dict[str, object]:
    return _json(workspace, one.line) | {"recipients": list(one.addresses), "number": one.line.id or None}


@mail.command(help="cli.mail_send_about")
@option("--unit", default="", metavar="cli.metavar_unit", help="cli.mail_unit_help")
@option("--letter", default="", metavar="cli.metavar_text", help="cli.mail_letter_help")
@option("--anytime", is_flag=True, help="cli.mail_anytime_help")
@format_option
@now_option
@click.pass_context
def send(ctx: click.Context, unit: str, letter: str, anytime: bool, shape: str, now: datetime | None) -> None:
    """Send what is due now, each thing once."""
    if letter and not unit:
        raise click.UsageError(word("cli.mail_letter_needs_unit"))
    with context.changing(now) as workspace:
        code = ""
        written: tuple[MailLine, ...] = ()
        if unit:
            about = context.unit_named(workspace.campaign, unit)
            code, written = about.code, deciding.write_now(workspace, about, letter)
        else:
            ledger_planning.plan_due(workspace)
        report = MailRun(workspace, worker_name()).run(_ROUNDS, asked=anytime, urgent=bool(unit))
        waiting = why_waiting(workspace, asked=anytime, unit=code)
        if shape == "json":
            stopped = report.stopped.text(language()) if report.stopped else None
            faults = [fault.text(language()) for fault in report.faults]
            reasons = [reason.text(language()) for reason in waiting]
            context.answer_json(report.as_dict() | {"stopped": stopped, "waiting": reasons, "faulty_templates": faults})
        else:
            print_word("cli.mail_report", **report.as_dict())
            if report.stopped is not None:
                context.note(report.stopped.text(language()))
            if report.faults:
                context.note(message("mail.templates_faulty", faults=joined(report.faults)).text(language()))
            for reason in waiting or _idle_words(report, written):
                context.note(reason.text(language()))
        unwell = report.stopped is not None or report.faults or report.failed or report.doubtful
        ctx.exit(UNWELL if unwell else 0)


def _idle_words(report: SendReport, written: tuple[MailLine, ...]) -> tuple[Message, ...]:
    """Return why nothing was done where nothing waits: what was asked for had gone before, or nothing is due."""
    if not report.is_idle or report.stopped is not None:
        return ()
    if not written:
        return (message("cli.mail_nothing_due"),)
    states = sorted({line.state for line in written})
    return tuple(message("cli.mail_written_today", state=message(f"mail.state_{state.value}")) for state in states)


@mail.command(name="log", help="cli.mail_log_about")
@option("--unit", default="", metavar="cli.metavar_unit", help="cli.mail_log_unit_help")
@option("--state", type=Choice([state.value for state in MailState]), help="cli.mail_state_help")
@format_option
def log_(unit: str, state: str | None, shape: str) -> None:
    """Print what became of every mail, the latest first."""
    with context.workspace() as workspace:
        code = context.unit_named(workspace.campaign, unit).code if unit else ""
        states = (MailState(state),) if state else ()
        lines = workspace.store.mail.lines(workspace.campaign.key, states, code)
        if shape == "json":
            context.answer_json([_json(workspace, line) for line in lines])
        elif not lines:
            print_word("cli.mail_log_empty")
        else:
            for text in _log_lines(workspace, lines):
                click.echo(text)


def _log_lines(workspace: Workspace, lines: tuple[MailLine, ...]) -> Iterator[str]:
    for line in lines:
        at = instant_words(line.changed_at.replace(second=0, microsecond=0), workspace.campaign.zone, language())
        parts = [
            word(f"mail.kind_{line.kind.value}"),
            _title(workspace, line),
            line.why.text(language()),
            ", ".join(line.recipients),
            line.note.text(language()),
        ]
        state = word(f"mail.state_{line.state.value}")
        yield f"{str(line.id).rjust(5)}  {at}  {state}  {line.key.unit.ljust(12)} {' · '.join(filter(None, parts))}"


@mail.command(help="cli.mail_settle_about")
@number_argument
@option("--sent/--not-sent", "sent", default=None, required=True, help="cli.mail_sent_help")
@option("--by", "actor", default="", metavar="cli.metavar_name", help="cli.mail_by_help")
@now_option
def settle(number: int, sent: bool, actor: str, now: datetime | None) -> None:
    """Decide on a mail that may have been sent."""
    with context.changing(now) as workspace:
        deciding.decide_unknown(_by(workspace, actor), number, sent=sent)
        print_word("cli.mail_settled_sent" if sent else "cli.mail_settled_not_sent", number=number)


@mail.command(name="take-back", help="cli.mail_take_back_about")
@number_argument
@option("--by", "actor", default="", metavar="cli.metavar_name", help="cli.mail_by_help")
@now_option
def take_back(number: int, actor: str, now: datetime | None) -> None:
    """Take back what was decided on a mail."""
    with context.changing(now) as workspace:
        state = deciding.take_back(_by(workspace, actor), number)
        print_word("cli.mail_taken_back", number=number, state=word(f"mail.state_{state.value}"))


@mail.command(help="cli.mail_hold_about")
@argument("number", type=Number(1, 2**53), metavar="cli.metavar_number", required=False)
@option("--release", is_flag=True, help="cli.mail_release_help")
@option("--by", "actor", default="", metavar="cli.metavar_name", help="cli.mail_by_help")
@now_option
def hold(number: int | None, release: bool, actor: str, now: datetime | None) -> None:
    """Keep one mail back, or all of them; or let them go again."""
    with context.changing(now) as workspace:
        if number is None:
            deciding.hold_all(_by(workspace, actor), back=not release)
            print_word("cli.mail_all_released" if release else "cli.mail_all_held")
        else:
            deciding.hold(_by(workspace, actor), number, back=not release)
            print_word("cli.mail_released" if release else "cli.mail_held", number=number)


@mail.command(help="cli.mail_clear_about")
@argument("address", metavar="EMAIL")
@now_option
def clear(address: str, now: datetime | None) -> None:
    """Write to an address again from which mail came back."""
    with context.changing(now) as workspace:
        deciding.clear_bounced(workspace, address)
        print_word("cli.mail_cleared", address=address)


def _by(workspace: Workspace, actor: str) -> Workspace:
    return replace(workspace, actor=context.actor_named(workspace, actor))


def _json(workspace: Workspace, line: MailLine) -> dict[str, object]:
    def text(instant: datetime | None) -> str | None:
        return instant.astimezone(workspace.campaign.zone).isoformat(timespec="seconds") if instant else None

    return {
        "number": line.id,
        "unit": line.key.unit or None,
        "form": line.key.form or None,
        "kind": line.kind.value,
        "state": line.state.value,
        "why": line.why.text(language()),
        "due_at": text(line.due_at),
        "limit": text(line.limit_at),
        "changed_at": text(line.changed_at),
        "recipients": list(line.recipients),
        "message_id": line.message_id or None,
        "attempts": line.attempts,
        "note": line.note.text(language()),
        "by": line.actor,
        "letter": line.letter,
    }
