"""`tonghop paper`: a paper to sign, as of now, any moment or a frozen one."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import datetime, time
from pathlib import Path

import click

from service import workflows
from service.cli import context
from service.cli.context import now_option
from service.cli.words import Choice, FilePath, argument, asked_season, command, language, option, word
from service.domain.papers import Paper, PaperContent, PaperName, PaperRequest
from service.domain.typed_instants import read_day
from service.errors import PaperError, UnknownNameError
from service.papers.gathering import frozen_label, paper_of
from service.papers.making import PaperKind, file_name, make, name_words
from service.workspace import Workspace
from sheets_schema.wording import message


@command("cli.paper_about")
@argument("name", type=Choice([one.value for one in PaperName]), metavar="cli.metavar_paper")
@argument("unit", required=False, default="", metavar="cli.metavar_optional_unit")
@option("--form", "form_key", default="", metavar="cli.metavar_form", help="cli.paper_form_help")
@option("--as-of", "as_of", metavar="cli.metavar_moment", help="cli.as_of_help")
@option("--new-date", "new_date", metavar="cli.metavar_day", help="cli.paper_new_date_help")
@option("--format", "kind", type=Choice([one.value for one in PaperKind]), default="docx", help="cli.paper_format_help")
@option("-o", "--output", "output", type=FilePath(), metavar="cli.metavar_file", help="cli.paper_output_help")
@option("--analysis", "analysed", is_flag=True, help="cli.paper_analysis_help")
@now_option
def paper(
    name: str, unit: str, kind: str, output: Path | None, now: datetime | None, analysed: bool, **typed: str | None
) -> None:
    """Make a paper and write it to a file; the file's name is printed."""
    wanted = PaperKind(kind)
    _refuse_idle(PaperName(name), {"unit": unit, "analysis": analysed, **typed})
    with context.workspace(now) as workspace:
        at = workflows.moment(workspace, typed["as_of"]) if typed["as_of"] else None
        if at is not None and at > workspace.clock():
            context.note(word("cli.instant_to_come"))
        label = frozen_label(workspace, typed["as_of"]) if typed["as_of"] else ""
        asked = PaperRequest(PaperName(name), _code(workspace, at, unit), typed["form_key"] or "", analysed)
        new_before = _midnight(workspace, typed["new_date"])
        written, content = paper_of(workspace, asked, at, label=label, new_before=new_before)
        content_of_file = make(workspace, written).file(wanted)
        target = output or Path(file_name(written, content, wanted, asked_season()))
        said = name_words(written.name, language())
    if str(target) == "-":
        click.echo(content_of_file, nl=False)
        return
    context.write_file(target, content_of_file)
    click.echo(word("cli.paper_written", paper=said, at=content.moment_in(language()), path=target))
    for line in _notes(written, content):
        click.echo(f"  {line}", file=sys.stderr)


def _notes(written: Paper, content: PaperContent) -> list[str]:
    """Return the sums that a paper accounts by, in the operator's language, else what is noted below its tables."""
    said = written.texts.get("accounts")
    notes = [note for table in written.tables for note in table.notes]
    lines = [str(one) for one in said] if isinstance(said, (list, tuple)) else notes
    forms = [one.form for one in content.campaign.obligations]
    spoken = dict(zip(content.account_words(forms), content.account_words(forms, language()), strict=True))
    return list(dict.fromkeys([spoken.get(line, line) for line in lines]))


# what only some papers speak of
_TAKEN_BY = {
    "unit": ("", (PaperName.FORM, PaperName.RETURN)),
    "form_key": ("--form", (PaperName.URGING, PaperName.FORM, PaperName.RETURN)),
    "new_date": ("--new-date", (PaperName.URGING, PaperName.RETURN)),
    "analysis": ("--analysis", (PaperName.SUMMARY,)),
}


def _refuse_idle(name: PaperName, given: Mapping[str, object]) -> None:
    """Raise PaperError for what is given and would change nothing on this paper."""
    for key, (shown, papers) in _TAKEN_BY.items():
        if given[key] and name not in papers:
            names = ", ".join([one.value for one in papers])
            raise PaperError(
                message("papers.not_of_this_paper", option=shown or f"“{given[key]}”", name=name.value, papers=names)
            )


def _code(workspace: Workspace, at: datetime | None, text: str) -> str:
    """Return the code that a unit has now, of one named by a code or name of today or of then."""
    if not text:
        return ""
    try:
        return context.unit_named(workspace.campaign, text).code
    except UnknownNameError:
        if at is None:
            raise
        return context.unit_named(workflows.as_declared(workspace, at).campaign, text).code


def _midnight(workspace: Workspace, text: str | None) -> datetime | None:
    """Return the instant before which a letter asks for an answer: where the day begins."""
    return datetime.combine(read_day(text), time.min, workspace.campaign.zone) if text else None
