"""`tonghop status`, `explain`, `versions`, `show`: they ask the facts alone, and load little."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import click

from service import workflows
from service.cli import context
from service.cli.context import form_option, now_option
from service.cli.printing import print_readings, print_status, print_version, print_versions
from service.cli.words import Choice, argument, command, language, option, word
from service.documents.file_writing import guarded
from service.domain import standing_record, tab_faults
from service.domain.what_if import TwoReadings
from service.errors import UnknownNameError
from service.workspace import Workspace
from sheets_schema.campaign import Campaign

as_of_option = option("--as-of", "as_of", metavar="cli.metavar_moment", help="cli.as_of_help")
shape_option = option("--format", "shape", type=Choice(["text", "json"]), default="text", help="cli.how_printed")


def _asked(workspace: Workspace, as_of: str | None) -> datetime:
    """Return the instant asked for; now without one. One to come is noted."""
    if as_of is None:
        return workspace.clock()
    at = workflows.moment(workspace, as_of)
    if at > workspace.clock():
        context.note(word("cli.instant_to_come"))
    return at


def _code_of(workspace: Workspace, then: Campaign, text: str) -> str:
    """Return the code of the unit that is named, on today's roster or on the one of then."""
    try:
        return context.unit_named(workspace.campaign, text).code
    except UnknownNameError:
        return context.unit_named(then, text).code


@command("cli.status_about")
@form_option
@as_of_option
@option("--if", "what_if", multiple=True, metavar="cli.metavar_policy", help="cli.what_if_help")
@option("--format", "shape", type=Choice(["table", "json", "csv"]), default="table", help="cli.how_printed")
@now_option
def status(form_key: str | None, as_of: str | None, what_if: tuple[str, ...], shape: str, now: datetime | None) -> None:
    """Print the state of each unit at an instant."""
    with context.workspace(now) as workspace:
        at = _asked(workspace, as_of)
        campaign = workflows.as_declared(workspace, at).campaign
        forms = context.owed_forms(campaign, form_key)
        if what_if:
            _print_readings(campaign, workflows.what_if(workspace, at, forms, what_if), at, shape)
            return
        standings = workflows.standings(workspace, at, forms)
        if as_of is None:
            faults = workspace.store.tab_faults.all(campaign.key).values()
            for sentence in tab_faults.sentences(campaign, faults):
                context.note(sentence.text(language()))
        rows = [standing_record.standing_record(campaign, item, workspace.settings.lang) for item in standings]
        if shape == "json":
            context.answer_json(rows)
        elif shape == "csv":
            _print_csv(rows, standing_record.STANDING_KEYS)
        else:
            print_status(campaign, standings, at, language())


def _print_readings(campaign: Campaign, readings: Sequence[TwoReadings], at: datetime, shape: str) -> None:
    rows = [standing_record.reading_record(campaign, one, language()) for one in readings]
    if shape == "json":
        context.answer_json(rows)
    elif shape == "csv":
        _print_csv(rows, (*standing_record.STANDING_KEYS, *standing_record.READING_KEYS))
    else:
        print_readings(campaign, readings, at, language())


def _print_csv(rows: list[dict[str, Any]], keys: Sequence[str]) -> None:
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(keys)
    for row in rows:
        writer.writerow([_csv_cell(row[key]) for key in keys])
    click.echo(written.getvalue(), nl=False)


def _csv_cell(value: object) -> object:
    return guarded(value) if isinstance(value, str) else value


@command("cli.explain_about")
@argument("unit", metavar="cli.metavar_unit")
@form_option
@as_of_option
@shape_option
@now_option
def explain(unit: str, form_key: str | None, as_of: str | None, shape: str, now: datetime | None) -> None:
    """Explain the state of one unit."""
    with context.workspace(now) as workspace:
        at = None if as_of is None else _asked(workspace, as_of)
        then = workflows.as_declared(workspace, at).campaign
        code = _code_of(workspace, then, unit)
        explanations = [workflows.explain(workspace, code, form, at) for form in context.owed_forms(then, form_key)]
    if shape == "json":
        context.answer_json([item.as_dict(language()) for item in explanations])
    else:
        click.echo("\n\n".join("\n".join(item.lines(language())) for item in explanations))


@command("cli.versions_about")
@argument("unit", metavar="cli.metavar_unit")
@option("--form", "form_key", required=True, metavar="cli.metavar_form", help="cli.one_form_help")
@shape_option
@now_option
def versions(unit: str, form_key: str, shape: str, now: datetime | None) -> None:
    """Print every version of a unit's tab."""
    with context.workspace(now) as workspace:
        found = context.unit_named(workspace.campaign, unit)
        form = context.form_named(workspace.campaign, form_key)
        known = workflows.versions(workspace, found.code, form.key)
        zone = workspace.campaign.zone
    if shape == "json":
        context.answer_json([one.as_dict(zone) for one in known])
    else:
        print_versions(known, zone)


@command("cli.show_about")
@argument("unit", metavar="cli.metavar_unit")
@option("--form", "form_key", required=True, metavar="cli.metavar_form", help="cli.one_form_help")
@as_of_option
@shape_option
@now_option
def show(unit: str, form_key: str, as_of: str | None, shape: str, now: datetime | None) -> None:
    """Print the words of a unit's tab at an instant."""
    with context.workspace(now) as workspace:
        at = _asked(workspace, as_of)
        then = workflows.as_declared(workspace, at)
        form = context.form_named(then.campaign, form_key)
        held = workflows.version_at(workspace, _code_of(workspace, then.campaign, unit), form.key, at)
    if shape == "json":
        context.answer_json(held.as_dict(then.campaign.zone))
    else:
        print_version(held, form, then.campaign.zone)
