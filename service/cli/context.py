"""What every command shares: settings, instants on the command line, the workspace, one way to print."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from service.cli.words import UsageRefusal, asked_season, in_season, language, option, word
from service.domain.instant_words import instant_message
from service.domain.typed_instants import UnreadableInstantError, read_instant
from service.domain.typed_lines import read_actor
from service.errors import DeclarationRefusedError, SeasonRefusedError, UnknownNameError
from service.seasons import installation
from service.settings import Settings, campaign_of
from service.sheets.components import Component
from sheets_schema.campaign import Campaign, Form, Unit
from sheets_schema.vietnamese.folding import fold, without_marks
from sheets_schema.wording import Message, message
from sheets_schema.wording.system_reasons import system_reason

if TYPE_CHECKING:
    from service.workspace import Workspace


class InstantArgument(click.ParamType[datetime]):
    """An ISO instant; without an offset it is in the campaign's zone, settled by `in_zone`."""

    name = "ISO"
    hint = "cli.instant_help"  # added to the help of every option of this type

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Parse what was typed."""
        if isinstance(value, datetime):
            return value
        try:
            return read_instant(str(value), None)
        except UnreadableInstantError as error:
            self.fail(error.text(language()), param, ctx)


INSTANT = InstantArgument()


def in_zone(instant: datetime, zone: ZoneInfo) -> datetime:
    """Return an aware instant: what was typed without an offset is in the campaign's zone."""
    return instant if instant.tzinfo else instant.replace(tzinfo=zone)


def settings() -> Settings:
    """Read settings from the environment, below it what was chosen on the first page; of the season `--season` names.

    UnknownNameError where there is no such season.
    """
    chosen, asked = Settings.from_env(installation.with_kept(os.environ)), asked_season()
    if not asked or campaign_of(chosen).key == asked:
        return chosen
    from service.seasons import season_folders, season_list  # noqa: PLC0415 – one season alone loads nothing of it

    if season_folders.KEY.fullmatch(asked) and asked not in season_folders.season_keys(chosen):
        _restore_folders(chosen)
    return season_list.settings_of(chosen, asked)


def _restore_folders(chosen: Settings) -> None:
    """Write the folders of the seasons that are on record alone, as on another machine over the same database."""
    from service import wiring  # noqa: PLC0415 – a command that opens no workspace loads nothing of it
    from service.seasons import season_list  # noqa: PLC0415 – one season alone loads nothing of it

    with wiring.open_workspace(chosen, component=Component.WEB, begins=False) as main:
        season_list.restore_folders(main)


now_option = option("--now", type=INSTANT, metavar="ISO", help="cli.now_help")
form_option = option("--form", "form_key", metavar="cli.metavar_form", help="cli.form_help")


@contextmanager
def workspace(
    now: datetime | None = None,
    component: Component = Component.WEB,
    *,
    goes_on: bool = False,
    begins: bool = False,
    unbegun: bool = False,
    learns: bool = False,
) -> Iterator[Workspace]:
    """Open the workspace for one command; progress goes to standard error.

    `component` is the part of the service the command does the work of; one that asks no spreadsheet needs no more
    than the web. A command that `begins` a season makes what is missing. Any other makes nothing, and is refused where
    no season was begun; with `unbegun` a database that waits for its season will do. One that `learns` takes a new
    declaration on record; any other answers for the present by the campaign's folder and says how that differs.
    """
    from service import data_folder, wiring  # noqa: PLC0415 – a command that opens no workspace loads nothing of it

    chosen = settings()
    data_folder.refuse_unusable(chosen)
    data_folder.refuse_ordered_away(chosen)
    if now is not None and now.tzinfo is None:
        now = in_zone(now, campaign_of(chosen).zone)
    clock = wiring.clock_for(chosen, now, goes_on=goes_on, looks=not begins)
    with wiring.open_workspace(chosen, clock, component=component, progress=show_progress, begins=begins) as opened:
        if not begins and not unbegun:
            wiring.refuse_unbegun(opened)
        yield _with_declaration(opened, learns=learns)


@contextmanager
def changing(now: datetime | None = None, component: Component = Component.WEB, **opening: bool) -> Iterator[Workspace]:
    """Open the workspace as `workspace` does, for a command that changes something.

    SeasonRefusedError in a closed season.
    """
    from service import workflows  # noqa: PLC0415 – a command that opens no workspace loads nothing of it

    with workspace(now, component, **opening) as opened:
        workflows.refuse_closed(opened)
        yield opened


@contextmanager
def plan(now: datetime | None = None, component: Component = Component.WEB) -> Iterator[Workspace]:
    """Open the workspace for a command that only tells what it would do: what is missing is empty, and stays so."""
    from service import wiring  # noqa: PLC0415 – a command that opens no workspace loads nothing of it

    chosen = settings()
    if now is not None and now.tzinfo is None:
        now = in_zone(now, campaign_of(chosen).zone)
    clock = wiring.clock_for(chosen, now, looks=True)
    with wiring.open_for_reading(chosen, clock, component=component, progress=show_progress) as opened:
        yield opened


def _with_declaration(opened: Workspace, *, learns: bool) -> Workspace:
    """Take a new declaration on record, or only name what changed; a refused one is named, the one on record stays."""
    from service import workflows  # noqa: PLC0415 – a command that opens no workspace loads nothing of it

    try:
        answering, changed = (opened, workflows.learn_declaration(opened)) if learns else workflows.preview(opened)
    except (DeclarationRefusedError, SeasonRefusedError) as refused:
        note(refused.text(language()))
        return workflows.as_declared(opened)
    if changed:
        note(word("declaration_changes.heading" if learns else "declaration_changes.heading_unrecorded"))
        for one in changed:
            note(word("declaration_changes.line", change=one))
        at = instant_message(opened.clock(), opened.campaign.zone)
        note(word("declaration_changes.recorded" if learns else "declaration_changes.previewed", at=at))
    return answering


def note(sentence: str) -> None:
    """Print a sentence for the operator beside the answer."""
    click.echo(in_season(sentence), err=True)


def show_progress(sentence: Message | str) -> None:
    """Print what is going on, in the operator's language."""
    note(sentence.text(language()) if isinstance(sentence, Message) else sentence)


def answer_json(value: object) -> None:
    """Print the one JSON value of a command."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        # a letter that the terminal lacks is escaped: JSON loses nothing
        text = json.dumps(value, indent=2)
    click.echo(text)


def _unmarked(text: str) -> str:
    return without_marks(fold(text))


def _names(unit: Unit) -> tuple[str, ...]:
    return (unit.code, unit.name, unit.short_name, *unit.aliases, *unit.former_codes)


def actor_named(workspace: Workspace, text: str) -> str:
    """Return who decides: the name that was typed, else the account that runs the command."""
    return read_actor(text) or workspace.actor


def unit_named(campaign: Campaign, text: str) -> Unit:
    """Find a unit by a code it has or had, a name or an alias, whatever the case and marks; raise UnknownNameError."""
    wanted = fold(text)
    for seen in (fold, _unmarked):
        named = [unit for unit in campaign.units if seen(text) in map(seen, _names(unit))]
        if len(named) == 1:
            return named[0]
    near = [unit.code for unit in campaign.units if wanted and wanted in fold(f"{unit.code} {unit.name}")]
    if near:
        raise UnknownNameError(message("cli.no_unit_but", name=text, near=", ".join(near[:5])))
    raise UnknownNameError(message("cli.no_unit", name=text))


def form_named(campaign: Campaign, key: str) -> Form:
    """Find a form by its key; raise UnknownNameError naming those that exist."""
    for form in campaign.forms:
        if form.key == key:
            return form
    raise UnknownNameError(message("cli.no_form", form=key, known=", ".join(form.key for form in campaign.forms)))


def owed_forms(campaign: Campaign, key: str | None) -> tuple[str, ...]:
    """Return the forms a command is about: the one named, else every one that is owed."""
    if key is not None:
        return (form_named(campaign, key).key,)
    return tuple(obligation.form for obligation in campaign.obligations)


def write_file(path: Path, content: bytes) -> None:
    """Write a file that a command makes; a refusal names it and the reason where it cannot be written."""
    try:
        path.write_bytes(content)
    except OSError as error:
        reason = system_reason(error).text(language())
        raise UsageRefusal(word("cli.not_written_to", place=path, reason=reason), 2) from error
