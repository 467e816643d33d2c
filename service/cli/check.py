"""`tonghop check`: check a file of rows before it goes anywhere."""

from __future__ import annotations

from pathlib import Path

import click

from service.cli import context
from service.cli.words import Choice, FilePath, argument, command, option, word
from service.documents import check_report, file_reading
from service.documents.file_check import check_file
from service.documents.grid_file import TableFile
from service.settings import campaign_of

NOT_CLEAN = 1


@command("cli.check_about")
@argument("file", metavar="cli.metavar_file", type=FilePath())
@option("--form", "form_key", required=True, metavar="cli.metavar_form", help="cli.one_form_help")
@option("--format", "output", type=Choice(["table", "json"]), default="table", help="cli.table_or_json")
@click.pass_context
def check(ctx: click.Context, file: Path, form_key: str, output: str) -> None:
    """Check a file of rows; exit status 1 when one is rejected, none is filled or some were left out."""
    settings = context.settings()
    campaign = campaign_of(settings)
    form = context.form_named(campaign, form_key)
    table = file_reading.read_table_file(file, form)
    _note_ignored(table)
    checked = check_file(campaign, form, table)
    if output == "json":
        context.answer_json(check_report.as_json(checked, settings.lang))
        for line in check_report.notes(checked, settings.lang):
            context.note(line)
    else:
        # at once: every call looks at the terminal and flushes
        click.echo("\n".join(check_report.as_lines(checked, settings.lang)))
    ctx.exit(0 if checked.is_clean else NOT_CLEAN)


def _note_ignored(table: TableFile) -> None:
    ignored = dict.fromkeys(name for sheet in table.read for name in sheet.ignored)
    if ignored:
        context.note(word("cli.columns_ignored", names=", ".join(map(check_report.printable, ignored))))
