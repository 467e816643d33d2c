"""`tonghop check`: check a file of rows before it goes anywhere."""

from __future__ import annotations

from pathlib import Path

import click

from service import wiring
from service.cli import context
from service.cli.words import Choice, FilePath, argument, command, option, word
from service.documents import check_report, file_reading
from service.documents.grid_file import TableFile
from sheets_schema.reading.rows import read_tab
from sheets_schema.rules import validation

REJECTED = 1


@command("cli.check_about")
@argument("file", metavar="cli.metavar_file", type=FilePath())
@option("--form", "form_key", required=True, metavar="cli.metavar_form", help="cli.one_form_help")
@option("--format", "output", type=Choice(["table", "json"]), default="table", help="cli.table_or_json")
@click.pass_context
def check(ctx: click.Context, file: Path, form_key: str, output: str) -> None:
    """Check a file of rows against a form; exit status 1 when a row is rejected."""
    settings = context.settings()
    campaign = wiring.campaign_of(settings)
    form = context.form_named(campaign, form_key)
    table = file_reading.read_table_file(file, form)
    _note_ignored(table)
    checked = validation.check(campaign, form, read_tab(form, table.grid))
    if output == "json":
        context.answer_json(check_report.as_json(checked, settings.lang))
    else:
        for line in check_report.as_lines(checked, settings.lang):
            click.echo(line)
    ctx.exit(REJECTED if checked.rejected else 0)


def _note_ignored(table: TableFile) -> None:
    if table.ignored:
        names = ", ".join(check_report.printable(name) for name in table.ignored)
        context.note(word("cli.columns_ignored", names=names))
