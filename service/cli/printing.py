"""Tables on a terminal: the board's view of standings, with colours where there is a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

import click

from service.cli.words import language, print_word, word
from service.domain.instant_words import instant_words
from service.domain.rates import rates
from service.domain.shown_values import shown_value
from service.domain.standing_labels import Timeliness
from service.domain.standings import Standing
from service.domain.titles import limit_in
from service.domain.written_numbers import percent_words
from sheets_schema.campaign import Campaign, Form
from sheets_schema.vietnamese.folding import squash
from sheets_schema.wording import Language, one_line

if TYPE_CHECKING:
    from service.domain.contents import Contents
    from service.domain.what_if import TwoReadings
    from service.facts.tab_contents import Version

COLOURS = {
    Timeliness.ON_TIME: "green",
    Timeliness.LATE: "yellow",
    Timeliness.MISSING: "red",
    Timeliness.UNCONFIRMED: "magenta",
    Timeliness.DUE_SOON: "cyan",
}
COUNTED = {
    Timeliness.NOT_DUE: "cli.count_not_due",
    Timeliness.DUE_SOON: "cli.count_due_soon",
    Timeliness.MISSING: "cli.count_missing",
    Timeliness.ON_TIME: "cli.count_on_time",
    Timeliness.LATE: "cli.count_late",
    Timeliness.UNCONFIRMED: "cli.count_unconfirmed",
    None: "cli.count_not_owed",
}
BOARD = (
    "cli.board_expected",
    "cli.board_sent",
    "cli.board_on_time",
    "cli.board_late",
    "cli.board_missing",
    "cli.board_share",
)


def print_status(campaign: Campaign, standings: Sequence[Standing], at: datetime, language: Language) -> None:
    """Print the standings form by form, group by group, with counts."""
    title = word("cli.status_title", title=campaign.title, instant=instant_words(at, campaign.zone, language))
    click.secho(title, bold=True)
    for obligation in campaign.obligations:
        owed = [standing for standing in standings if standing.form == obligation.form]
        if owed:
            limit = f"{obligation.title}: {limit_in(obligation, campaign.zone, language)}"
            click.echo()
            click.secho(limit, bold=True)
            _print_form(campaign, owed, language)


def print_readings(campaign: Campaign, readings: Sequence[TwoReadings], at: datetime, language: Language) -> None:
    """Print both readings of every standing, those that differ first and marked, with the counts of each."""
    title = word("cli.what_if_title", title=campaign.title, instant=instant_words(at, campaign.zone, language))
    click.secho(title, bold=True)
    for obligation in campaign.obligations:
        owed = [one for one in readings if one.as_is.form == obligation.form]
        if owed:
            click.echo()
            click.secho(f"{obligation.title}: {limit_in(obligation, campaign.zone, language)}", bold=True)
            _print_form_readings(campaign, owed, language)


def _print_form_readings(campaign: Campaign, readings: Sequence[TwoReadings], language: Language) -> None:
    names = [campaign.unit(one.as_is.unit).short_name for one in readings]
    labels = [one.as_is.label_in(language) for one in readings]
    width, wide = max(map(len, names)) + 2, max(map(len, labels)) + 2
    for one, name, label in zip(readings, names, labels, strict=True):
        line = f"  {'*' if one.differs else ' '} {name.ljust(width)}{label.ljust(wide)}{one.as_if.label_in(language)}"
        click.secho(line, fg="yellow" if one.differs else None)
    changed = sum(one.differs for one in readings)
    print_word("cli.what_if_changed", count=changed, all=len(readings))
    print_word("cli.what_if_as_is", parts=_counts([one.as_is for one in readings]))
    print_word("cli.what_if_as_if", parts=_counts([one.as_if for one in readings]))


def _counts(standings: Iterable[Standing]) -> str:
    counted = Counter(standing.timeliness for standing in standings)
    return ", ".join(f"{word(COUNTED[value])} {count}" for value, count in _in_order(counted))


def _print_form(campaign: Campaign, standings: Sequence[Standing], language: Language) -> None:
    width = max(len(campaign.unit(standing.unit).short_name) for standing in standings) + 2
    for group in campaign.groups:
        members = [standing for standing in standings if campaign.unit(standing.unit).group == group.code]
        if not members:
            continue
        click.echo(f"  {group.name}")
        for standing in members:
            name = campaign.unit(standing.unit).short_name.ljust(width)
            colour = COLOURS.get(standing.timeliness) if standing.timeliness else None
            counts = word("cli.status_counts", count=standing.entries)
            counts += word("cli.status_counts_problems", count=standing.problems) if standing.problems else ""
            click.echo(f"    {name}{click.style(standing.label_in(language), fg=colour)}  ({counts})")
    print_word("cli.status_all", count=len(standings), parts=_counts(standings))


def _in_order(counted: Counter[Timeliness | None]) -> Iterable[tuple[Timeliness | None, int]]:
    order: list[Timeliness | None] = [*Timeliness, None]
    return ((value, counted[value]) for value in order if counted[value])


def print_board(campaign: Campaign, standings: Sequence[Standing]) -> None:
    """Print the board's table: per obligation and group, how many owe, sent, on time, late, missing."""
    found = rates(campaign, standings)
    width = max(len(group.name) for group in campaign.groups) + 2
    head = "".join(word(title).rjust(11) for title in BOARD)
    for obligation in campaign.obligations:
        click.secho(f"  {obligation.title} ({limit_in(obligation, campaign.zone, language())})", bold=True)
        click.echo(f"    {''.ljust(width)}{head}")
        for rate in (rate for rate in found if rate.form == obligation.form):
            name = campaign.group(rate.group).name if rate.group else word("cli.board_all")
            share = "" if rate.sent_share is None else percent_words(rate.sent_share, language())
            counts = (rate.expected, rate.sent, rate.on_time, rate.late, rate.missing)
            numbers = "".join(str(count).rjust(11) for count in counts)
            click.secho(f"    {name.ljust(width)}{numbers}{share.rjust(11)}", bold=not rate.group)


def print_versions(versions: Sequence[Version], zone: tzinfo) -> None:
    """Print the versions of a tab, oldest first."""
    if not versions:
        print_word("cli.no_versions")
    for one in versions:
        at = instant_words(one.recorded_at, zone, language())
        if not one.digest:
            print_word("cli.version_gone", at=at)
            continue
        state = word("explanation.confirmed" if one.confirmed else "explanation.not_confirmed")
        print_word("cli.version_line", at=at, state=state, rows=one.rows, digest=one.digest[:12])


def print_version(held: Contents, form: Form, zone: tzinfo) -> None:
    """Print what a tab held: the values beside the table, then its rows."""
    print_word("cli.version_read", at=instant_words(held.seen_at, zone, language()))
    fields = {field.key: field for field in form.fields}
    columns = {column.key: column for column in form.columns}
    for key, text in held.fields.items():
        label = fields[key].label if key in fields else key
        click.echo(f"  {label}: {printable(shown_value(text, fields.get(key), language()))}")
    for row, passed in held.rows:
        values = row["values"] if isinstance(row["values"], Mapping) else {}
        said = [shown_value(str(text), columns.get(key), language()) for key, text in values.items() if text]
        texts = [printable(text) for text in said]
        mark = "" if passed else " " + word("cli.row_not_accepted")
        click.echo(f"  {row['row']}{mark}: {' | '.join(texts)}")


def printable(text: str) -> str:
    """Return a text that a person typed as a terminal may show it: on one line, without control characters."""
    return one_line(squash(text))
