"""The spreadsheets as files: bring one, see which there are and which are wanted, share one with a group."""

from __future__ import annotations

import click

from service.cli import context, words
from service.cli.context import form_named
from service.cli.words import Choice, Number, argument, option, print_word, word
from service.domain.file_sources import FileSource
from service.errors import UnknownNameError
from service.sheets.components import Component
from service.sheets.verbs import FileState
from service.workbooks import campaign_files
from service.workbooks.campaign_files import ListedWorkbook, WorkbookPlace
from service.workspace import Workspace
from sheets_schema.campaign import Form
from sheets_schema.wording import message

STATE_WORDS = {
    FileState.THERE: "cli.file_there",
    FileState.BINNED: "cli.file_binned",
    FileState.MISSING: "cli.file_missing",
}
MISSING = 1
form_option = option("--form", "form_key", metavar="cli.metavar_form", help="cli.workbook_form_help")
master_option = option("--master", is_flag=True, help="cli.workbook_master_help")
shard_option = option(
    "--shard",
    type=Number(1, 10_000),
    metavar="cli.metavar_number",
    help="cli.workbook_shard_help",
)


@words.group("cli.workbook_about")
def workbook() -> None:
    """Add, list and share spreadsheets."""


@workbook.command(help="cli.workbook_add_about")
@argument("link", metavar="cli.metavar_link")
@form_option
@master_option
@shard_option
@option("--group", default="", metavar="cli.metavar_address", help="cli.workbook_add_group_help")
def add(link: str, form_key: str | None, master: bool, shard: int | None, group: str) -> None:
    """Use a blank spreadsheet that a person made."""
    with context.changing(component=Component.PROVISION, begins=True) as workspace:
        form = _form(workspace, form_key, master=master)
        number = None if shard is None else shard - 1
        if form is None and number not in {None, 0}:
            raise click.UsageError(word("cli.workbook_master_is_one"))
        brought = campaign_files.bring(workspace, form, link, number, group)
        name = campaign_files.title_of(workspace, WorkbookPlace(form, brought.workbook.shard))
        print_word("cli.workbook_new" if brought.is_new else "cli.workbook_known", title=brought.title, name=name)
        if brought.workbook.group_address:
            print_word("cli.workbook_group_share", group=brought.workbook.group_address)
        for sentence in brought.notices:
            context.note(sentence.text(words.language()))
        context.note(word("cli.workbook_provision_next"))


@workbook.command(name="list", help="cli.workbook_list_about")
@option("--format", "shape", type=Choice(["table", "json"]), default="table", help="cli.table_or_json")
@click.pass_context
def list_(ctx: click.Context, shape: str) -> None:
    """List the spreadsheets; exit status 1 while one is missing."""
    with context.workspace(unbegun=True) as workspace:
        forms = [workspace.campaign.form(key) for key in context.owed_forms(workspace.campaign, None)]
        found = campaign_files.listed(workspace, forms)
        if shape == "json":
            context.answer_json([_json(workspace, one) for one in found])
        else:
            # the address to share with is asked for only where it is told
            told = workspace if all(one.is_ready for one in found) else campaign_files.identified(workspace)
            for one in found:
                click.echo(_line(told, one))
    ctx.exit(0 if all(one.is_ready for one in found) else MISSING)


@workbook.command(help="cli.workbook_group_about")
@argument("address", metavar="cli.metavar_optional_address", required=False)
@form_option
@master_option
@shard_option
@option("--none", "without", is_flag=True, help="cli.workbook_none_help")
def group(address: str | None, form_key: str | None, master: bool, shard: int | None, without: bool) -> None:
    """Share a spreadsheet with a group, or with each address again."""
    if (address is None) != without:
        raise click.UsageError(word("cli.workbook_group_or_none"))
    with context.changing(component=Component.PROVISION) as workspace:
        form = _form(workspace, form_key, master=master)
        place = WorkbookPlace(form, (shard or 1) - 1)
        book = campaign_files.set_group(workspace, place, address or "")
        name = campaign_files.title_of(workspace, place)
        key = "cli.workbook_shared_with_group" if book.group_address else "cli.workbook_shared_singly"
        print_word(key, name=name, group=book.group_address)
        context.note(word("cli.workbook_share_next"))


def _form(workspace: Workspace, key: str | None, *, master: bool) -> Form | None:
    if (key is None) != master:
        raise click.UsageError(word("cli.workbook_form_or_master"))
    if key is None:
        return None
    form = form_named(workspace.campaign, key)
    if form.key not in context.owed_forms(workspace.campaign, None):
        raise UnknownNameError(message("cli.form_not_owed", form=key))
    return form


def _line(workspace: Workspace, one: ListedWorkbook) -> str:
    if one.workbook is None:
        is_brought = workspace.files.source is FileSource.BROUGHT
        missing = message("cli.workbook_not_made", title=one.title)
        needed = campaign_files.what_is_needed(workspace, one.place) if is_brought else missing
        return word("cli.workbook_missing", what=needed)
    link = workspace.link_to(one.workbook.spreadsheet_id, 0, "")
    return word(
        "cli.workbook_line",
        mark=word("cli.workbook_mark_ready" if one.is_ready else "cli.workbook_mark_missing"),
        title=one.title,
        state=word(STATE_WORDS[one.state]) if one.state else "",
        tabs=word("cli.workbook_tabs", count=one.tabs) if one.place.form else "",
        group=word("cli.workbook_group", group=one.workbook.group_address) if one.workbook.group_address else "",
        link=link,
    )


def _json(workspace: Workspace, one: ListedWorkbook) -> dict[str, object]:
    book = one.workbook
    return {
        "form": one.place.key or None,
        "shard": one.place.shard + 1,
        "title": one.title,
        "spreadsheet_id": book.spreadsheet_id if book else None,
        "link": workspace.link_to(book.spreadsheet_id, 0, "") if book else None,
        "state": one.state.value if one.state else None,
        "tabs": one.tabs,
        "group": (book.group_address or None) if book else None,
    }
