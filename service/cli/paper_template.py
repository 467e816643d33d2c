"""`tonghop paper-template`: the Word templates of papers, copied out, tried, used and taken back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from service.cli import context, words
from service.cli.words import Choice, FilePath, argument, language, option, print_word, word
from service.documents.file_reading import content_of
from service.domain.instant_words import instant_message
from service.domain.papers import PaperName
from service.domain.typed_lines import read_note
from service.papers import templates
from service.papers.making import name_words
from service.papers.template_trial import try_template

NAMES = Choice([one.value for one in PaperName])
name_argument = argument("name", type=NAMES, metavar="cli.metavar_paper")
file_argument = argument("file", metavar="cli.metavar_file", type=FilePath())
reason_option = option("--reason", default="", metavar="cli.metavar_text", help="cli.paper_template_reason_help")
by_option = option("--by", default="", metavar="cli.metavar_name", help="cli.by_help")


@words.group("cli.paper_template_about")
def paper_template() -> None:
    """Keep the Word templates of papers."""


@paper_template.command(name="list", help="cli.paper_template_list_about")
def list_() -> None:
    """List which template each paper is filled into."""
    with context.workspace(unbegun=True) as workspace:
        for one in templates.templates_in_use(workspace):
            said = word(f"cli.template_{one.source.value}")
            if one.record is not None:
                at = instant_message(one.record.recorded_at, workspace.campaign.zone)
                said = word("cli.template_by", source=said, name=one.record.file_name, who=one.record.actor, at=at)
            click.echo(f"{one.name.value:14} {name_words(one.name, language())} – {said}")


@paper_template.command(help="cli.paper_template_copy_about")
@name_argument
@option("-o", "--output", "output", type=FilePath(), metavar="cli.metavar_file", help="cli.paper_output_help")
def copy(name: str, output: Path | None) -> None:
    """Write the template in use to a file, to be edited in Word."""
    with context.workspace(unbegun=True) as workspace:
        content = templates.template_in_use(workspace, PaperName(name))
    target = output or Path(f"{name}.docx")
    context.write_file(target, content)
    print_word("cli.template_copied", path=target)


@paper_template.command(name="try", help="cli.paper_template_try_about")
@name_argument
@file_argument
def try_(name: str, file: Path) -> None:
    """Try a template with words made to break it; nothing is recorded."""
    with context.workspace(unbegun=True) as workspace:
        try_template(workspace.campaign, PaperName(name), content_of(file))
    print_word("cli.template_good", path=file)


@paper_template.command(help="cli.paper_template_use_about")
@name_argument
@file_argument
@reason_option
@by_option
def use(name: str, file: Path, reason: str, by: str) -> None:
    """Try a template and use it from now on."""
    with context.workspace() as workspace:
        here = replace(workspace, actor=context.actor_named(workspace, by))
        templates.use_template(here, PaperName(name), content_of(file), file.name, read_note(reason))
    print_word("cli.template_used", name=name)


@paper_template.command(help="cli.paper_template_withdraw_about")
@name_argument
@reason_option
@by_option
def withdraw(name: str, reason: str, by: str) -> None:
    """Take the uploaded template of a paper back."""
    with context.workspace() as workspace:
        here = replace(workspace, actor=context.actor_named(workspace, by))
        templates.withdraw_template(here, PaperName(name), read_note(reason))
    print_word("cli.template_withdrawn", name=name)
