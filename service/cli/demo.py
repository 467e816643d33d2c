"""`tonghop demo`: the whole season of 2023 on the embedded spreadsheets, reported as it goes."""

from __future__ import annotations

import dataclasses
import os
import shutil
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import click

from service import clock as clocks
from service import connections, wiring, workflows
from service.cli import context, logs
from service.cli.printing import print_board
from service.cli.serving import LOCAL, serve_workspace
from service.cli.words import FilePath, Number, command, language, option, print_word, word
from service.domain.instant_words import instant_words
from service.operations.demo import demo_folder
from service.operations.demo.player import Player, Stage
from service.operations.demo.season import load_season
from service.settings import Settings
from service.sheets.clerk import Clerk
from service.workspace import Workspace

DEMO_CAMPAIGN = "thang_dan_van_2023"


@command("cli.demo_about")
@option(
    "--data", type=FilePath(), metavar="cli.metavar_folder", default=Path("tonghop-demo"), help="cli.demo_data_help"
)
@option("--port", type=Number(0, 65535), metavar="cli.metavar_number", default=8080, help="cli.demo_port_help")
@option("--no-serve", is_flag=True, help="cli.demo_no_serve_help")
@option("--units", type=Number(1), metavar="cli.metavar_number", help="cli.demo_units_help")
def demo(data: Path, port: int, no_serve: bool, units: int | None) -> None:
    """Play the whole season of 2023 with sample data, then open the dashboard."""
    started = time.monotonic()
    demo_folder.prepare(data)
    settings = dataclasses.replace(
        context.settings(),
        data_dir=data,
        campaign=DEMO_CAMPAIGN,
        sheets="embedded",
        database_url="",
        public_url=f"http://{LOCAL}:{port or 8080}",
        rehearsal=True,
    )
    if units is not None:
        settings = dataclasses.replace(settings, campaign=str(demo_folder.first_units(data, DEMO_CAMPAIGN, units)))
    season = load_season()
    stage = Stage(season.events[0].at)
    with wiring.open_workspace(settings, stage.clock, actor=word("cli.demo_actor")) as workspace:
        _provision(workspace)
        player = Player(workspace, stage, _Clerks(workspace, settings, stage).clerk)
        for number, (moment, report) in enumerate(player.play(season), start=1):
            said = f"{instant_words(moment.at, workspace.campaign.zone, language())}: {moment.title}"
            context.note(f"[{number}/{len(season.moments)}] {said}")
            if moment.show:
                click.secho(f"\n{said}", bold=True)
                click.echo(f"  {report.lines(workspace.language)[0]}")
                forms = context.owed_forms(workspace.campaign, None)
                print_board(workspace.campaign, workflows.standings(workspace, moment.at, forms))
    click.echo()
    print_word("cli.demo_done", seconds=f"{time.monotonic() - started:.0f}")
    _where_next(settings)
    if not no_serve:
        logs.configure(settings.log, language=settings.lang)
        # the season's last evening, and time goes on from there
        clock = clocks.ticking(season.events[-1].at + timedelta(hours=8))
        with wiring.open_workspace(settings, clock, actor=word("cli.demo_actor")) as workspace:
            serve_workspace(workspace, port)


def _provision(workspace: Workspace) -> None:
    forms = context.owed_forms(workspace.campaign, None)
    report = workflows.provision(dataclasses.replace(workspace, progress=context.show_progress), forms)
    for sentence in report.lines(workspace.language):
        click.echo(sentence)


class _Clerks:
    """One person per unit, each with its own token; "" is the owner."""

    def __init__(self, workspace: Workspace, settings: Settings, stage: Stage) -> None:
        self._campaign = workspace.campaign
        self._settings = settings
        self._stage = stage
        self._known: dict[str, Clerk] = {}

    def clerk(self, unit: str) -> Clerk:
        if unit not in self._known:
            email = self._campaign.unit(unit).emails[0] if unit else ""
            self._known[unit] = connections.clerk(self._settings, self._stage.clock, email)
        return self._known[unit]


def _where_next(settings: Settings) -> None:
    chosen = f"TONGHOP_DATA_DIR={settings.data_dir}"
    command = "tonghop" if shutil.which("tonghop") else os.path.relpath(sys.argv[0])
    if settings.campaign != DEMO_CAMPAIGN:
        chosen += f" TONGHOP_CAMPAIGN={settings.campaign}"
    for sentence in _hints(f"{chosen} {command}"):
        click.echo(sentence)


def _hints(chosen: str) -> Iterator[str]:
    yield word("cli.demo_next")
    yield f"  {chosen} status --as-of 2023-10-02T17:00+07:00"
    yield f"  {chosen} explain S-GDDT --form registration --as-of 2023-10-05T17:00+07:00"
    yield f"  {chosen} serve --now 2023-11-05T17:30+07:00"
