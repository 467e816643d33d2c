"""`tonghop season`: the seasons of this installation, taken out as a folder, closed and opened again."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from service.cli import context
from service.cli.context import now_option
from service.cli.words import FilePath, argument, group, language, print_word, word
from service.seasons import season_archive, season_list
from service.seasons.season_list import SeasonState


@group("cli.season_about")
def season() -> None:
    """See the seasons, take one out, close one."""


@season.command("list", help="cli.season_list_about")
def list_seasons() -> None:
    """Print every season, its state and where it is opened."""
    with context.workspace(unbegun=True) as workspace:
        listed = season_list.seasons(workspace)
        for one in listed:
            state = word(f"seasons.state_{one.state.value}")
            has_pages = one.state in (SeasonState.OPEN, SeasonState.CLOSED)
            at = f"{workspace.settings.public_url}{one.path}/  " if has_pages else ""
            click.echo(f"{one.key:<30} {state:<24} {at}{one.title}")
        for one in listed:
            if one.fault is not None:
                context.note(one.fault.text(language()))
        if any(one.state in (SeasonState.DRAFT, SeasonState.DAMAGED) for one in listed):
            context.note(word("cli.season_drafts", address=f"{workspace.settings.public_url}/seasons"))
    other = next((one.key for one in listed if one.path), "")
    if other:
        context.note(word("cli.season_other", name=other))


@season.command(help="cli.season_take_out_about")
@argument("key", metavar="cli.metavar_key")
@argument("file", type=FilePath(), metavar="cli.metavar_file")
def take_out(key: str, file: Path) -> None:
    """Write a season's folder to a .zip file."""
    with context.workspace(unbegun=True) as workspace:
        content = season_archive.packed(key, season_list.files_of_season(workspace, key), workspace.clock())
    context.write_file(file, content)
    print_word("cli.season_taken_out", name=key, file=str(file))


@season.command(help="cli.season_close_about")
@argument("key", metavar="cli.metavar_key")
@now_option
def close(key: str, now: datetime | None) -> None:
    """Close a season: it is read and exported, and takes nothing more."""
    with context.workspace(now, unbegun=True) as workspace:
        asked = season_list.workspace_of(workspace, key)
        season_list.close_season(asked)
        click.echo(word("seasons.closed_now", title=asked.campaign.title))


@season.command(help="cli.season_reopen_about")
@argument("key", metavar="cli.metavar_key")
@now_option
def reopen(key: str, now: datetime | None) -> None:
    """Open a closed season again."""
    with context.workspace(now, unbegun=True) as workspace:
        asked = season_list.workspace_of(workspace, key)
        season_list.reopen_season(asked)
        click.echo(word("seasons.reopened_now", title=asked.campaign.title))
