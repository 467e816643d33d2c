"""`tonghop intake`: take a file that a unit sent into its tab."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click

from service.cli import context
from service.cli.context import INSTANT, now_option
from service.cli.words import Choice, FilePath, argument, command, language, option, word
from service.domain.intakes import IntakeMode
from service.domain.typed_lines import LONGEST_DOCUMENT, read_document, read_line, read_reason
from service.intake import acceptance, preview, report
from service.intake.file_reading import sent_file
from service.intake.preview import Doubt, IntakeRequest
from service.sheets.components import Component
from service.workspace import Workspace
from sheets_schema.wording import message

NOT_TAKEN = 1


@command("cli.intake_about")
@argument("file", metavar="cli.metavar_file", type=FilePath())
@option("--form", "form_key", required=True, metavar="cli.metavar_form", help="cli.one_form_help")
@option("--unit", default="", metavar="cli.metavar_unit", help="cli.intake_unit_help")
@option("--at", "at", type=INSTANT, metavar="ISO", help="cli.intake_at_help")
@option("--number", may_be_blank=True, metavar="cli.metavar_reference", help="cli.intake_number_help")
@option("--date", "day", may_be_blank=True, metavar="cli.metavar_day", help="cli.intake_date_help")
@option("--replace", is_flag=True, help="cli.intake_replace_help")
@option("--append", is_flag=True, help="cli.intake_append_help")
@option("--other-unit", is_flag=True, help="cli.intake_other_unit_help")
@option("--other-year", is_flag=True, help="cli.intake_other_year_help")
@option("--leave-out", is_flag=True, help="cli.intake_leave_out_help")
@option("--none-accepted", is_flag=True, help="cli.intake_none_accepted_help")
@option("--reason", default="", metavar="cli.metavar_text", help="cli.intake_reason_help")
@option("--by", default="", metavar="cli.metavar_name", help="cli.intake_by_help")
@option("--dry-run", is_flag=True, help="cli.intake_dry_run_help")
@option("--format", "output", type=Choice(["text", "json"]), default="text", help="cli.how_printed")
@now_option
def intake(file: Path, now: datetime | None, output: str, dry_run: bool, **typed: object) -> None:
    """Take a file into a unit's tab; exit status 1 while something must be confirmed first."""
    if typed["replace"] and typed["append"]:
        raise click.UsageError(word("cli.intake_one_mode"))
    opening = context.workspace if dry_run else context.changing
    with opening(now, Component.CONSOLIDATE, learns=not dry_run) as workspace:
        asked = _request(workspace, file, typed)
        found = preview.foresee(workspace, asked)
        if dry_run or not found.is_ready:
            if output == "json":
                context.answer_json(report.preview_json(found, workspace.campaign, language()))
            else:
                _print(report.preview_lines(found, workspace.campaign, language()))
            for doubt, _why in found.doubts:
                context.note(word(f"cli.intake_hint_{doubt}"))
            click.get_current_context().exit(0 if found.is_ready else NOT_TAKEN)
        outcome = acceptance.accept(workspace, asked)
        if output == "json":
            context.answer_json(report.outcome_json(outcome, workspace.campaign, language()))
        else:
            _print(report.preview_lines(outcome.preview, workspace.campaign, language()))
            _print(report.outcome_lines(outcome, workspace.campaign, language()))
        if asked.received_at is None:
            context.note(word("cli.intake_give_at"))


def _print(lines: Iterator[str]) -> None:
    for line in lines:
        click.echo(line)


def _request(workspace: Workspace, file: Path, typed: dict[str, object]) -> IntakeRequest:
    campaign = workspace.campaign
    form = context.form_named(campaign, str(typed["form_key"])).key
    at = typed["at"]
    confirmed = {
        Doubt.OTHER_UNIT: typed["other_unit"],
        Doubt.OTHER_YEAR: typed["other_year"],
        Doubt.LEFT_OUT: typed["leave_out"],
        Doubt.NO_ROW: typed["none_accepted"],
    }
    mode = IntakeMode.REPLACE if typed["replace"] else IntakeMode.APPEND if typed["append"] else None
    return IntakeRequest(
        file=sent_file(file),
        form=form,
        actor=context.actor_named(workspace, str(typed["by"])),
        unit=context.unit_named(campaign, str(typed["unit"])).code if typed["unit"] else "",
        received_at=context.in_zone(at, campaign.zone) if isinstance(at, datetime) else None,
        number=None if typed["number"] is None else read_document(str(typed["number"])),
        day=None
        if typed["day"] is None
        else read_line(str(typed["day"]), LONGEST_DOCUMENT, message("intake.document_day")),
        mode=mode,
        confirmed=frozenset(doubt for doubt, is_set in confirmed.items() if is_set),
        reason=read_reason(str(typed["reason"])),
    )
