"""The main flow from the command line: provision and consolidate."""

from __future__ import annotations

from datetime import datetime

import click

from service import workflows
from service.cli import context
from service.cli.context import form_option, now_option
from service.cli.words import Choice, command, language, option
from service.sheets.components import Component

UNFINISHED = 1


@command("cli.provision_about")
@form_option
@option("--dry-run", is_flag=True, help="cli.dry_run_help")
@option("--recreate", is_flag=True, help="cli.recreate_help")
@now_option
@click.pass_context
def provision(ctx: click.Context, form_key: str | None, dry_run: bool, recreate: bool, now: datetime | None) -> None:
    """Create the spreadsheets and tabs that are missing; exit status 1 while a person must add one."""
    part = Component.PROVISION
    opened = context.plan(now, part) if dry_run else context.workspace(now, part, begins=True, learns=True)
    with opened as workspace:
        forms = context.owed_forms(workspace.campaign, form_key)
        report = workflows.provision(workspace, forms, dry_run=dry_run, recreate=recreate)
        lines = report.lines(workspace.language)
    for sentence in lines:
        click.echo(sentence)
    ctx.exit(0 if report.is_whole else UNFINISHED)


@command("cli.consolidate_about")
@option("--format", "shape", type=Choice(["text", "json"]), default="text", help="cli.how_printed")
@now_option
@click.pass_context
def consolidate(ctx: click.Context, shape: str, now: datetime | None) -> None:
    """Read and check every tab, answer the units, record facts, replace the master; exit status 1 for tabs at fault."""
    with context.workspace(now, Component.CONSOLIDATE, learns=True) as workspace:
        report = workflows.consolidate(workspace, trigger="command")
    if shape == "json":
        context.answer_json(report.as_dict(language()))
    else:
        for sentence in report.lines(language()):
            click.echo(sentence)
    ctx.exit(UNFINISHED if report.faults else 0)
