"""`tonghop status` and `tonghop explain`: they ask the facts alone, and load little."""

from __future__ import annotations

import csv
import sys
from datetime import datetime
from typing import Any

import click

from service import workflows
from service.cli import context
from service.cli.context import INSTANT, form_option, now_option
from service.cli.printing import print_status
from service.cli.words import Choice, argument, command, language, option, word
from service.documents.file_writing import guarded
from service.domain import standing_record, tab_faults


@command("cli.status_about")
@form_option
@option("--as-of", type=INSTANT, metavar="ISO", help="cli.as_of_status_help")
@option("--format", "shape", type=Choice(["table", "json", "csv"]), default="table", help="cli.how_printed")
@now_option
def status(form_key: str | None, as_of: datetime | None, shape: str, now: datetime | None) -> None:
    """Print the state of each unit at an instant."""
    with context.workspace(now) as workspace:
        forms = context.owed_forms(workspace.campaign, form_key)
        at = context.in_zone(as_of, workspace.campaign.zone) if as_of else workspace.clock()
        if at > workspace.clock():
            context.note(word("cli.instant_to_come"))
        standings = workflows.standings(workspace, at, forms)
        faults = workspace.store.tab_faults.all(workspace.campaign.key).values()
        for sentence in tab_faults.sentences(workspace.campaign, (one for one in faults if one.since <= at)):
            context.note(sentence.text(language()))
        rows = [
            standing_record.standing_record(workspace.campaign, item, workspace.settings.lang) for item in standings
        ]
        if shape == "json":
            context.answer_json(rows)
        elif shape == "csv":
            _print_csv(rows)
        else:
            print_status(workspace.campaign, standings, at, language())


def _print_csv(rows: list[dict[str, Any]]) -> None:
    writer = csv.writer(sys.stdout)
    writer.writerow(standing_record.STANDING_KEYS)
    for row in rows:
        writer.writerow([_csv_cell(row[key]) for key in standing_record.STANDING_KEYS])


def _csv_cell(value: object) -> object:
    return guarded(value) if isinstance(value, str) else value


@command("cli.explain_about")
@argument("unit", metavar="cli.metavar_unit")
@form_option
@option("--as-of", type=INSTANT, metavar="ISO", help="cli.as_of_explain_help")
@option("--format", "shape", type=Choice(["text", "json"]), default="text", help="cli.how_printed")
@now_option
def explain(unit: str, form_key: str | None, as_of: datetime | None, shape: str, now: datetime | None) -> None:
    """Explain the state of one unit."""
    with context.workspace(now) as workspace:
        forms = context.owed_forms(workspace.campaign, form_key)
        found = context.unit_named(workspace.campaign, unit)
        at = context.in_zone(as_of, workspace.campaign.zone) if as_of else workspace.clock()
        explanations = [workflows.explain(workspace, found.code, form, at) for form in forms]
    if shape == "json":
        context.answer_json([item.as_dict(language()) for item in explanations])
    else:
        click.echo("\n\n".join("\n".join(item.lines(language())) for item in explanations))
