"""Tables on a terminal: the board's view of standings, with colours where there is a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

import click

from service.cli.words import print_word, word
from service.domain.instant_words import instant_words
from service.domain.rates import rates
from service.domain.standing_labels import Timeliness
from service.domain.standings import Standing
from sheets_schema.campaign import Campaign
from sheets_schema.wording import Language

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
            limit = f"{obligation.title}: {obligation.words}"
            click.echo()
            click.secho(limit, bold=True)
            _print_form(campaign, owed, language)


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
    counted = Counter(standing.timeliness for standing in standings)
    summary = [f"{word(COUNTED[value])} {count}" for value, count in _in_order(counted)]
    print_word("cli.status_all", count=len(standings), parts=", ".join(summary))


def _in_order(counted: Counter[Timeliness | None]) -> Iterable[tuple[Timeliness | None, int]]:
    order: list[Timeliness | None] = [*Timeliness, None]
    return ((value, counted[value]) for value in order if counted[value])


def print_board(campaign: Campaign, standings: Sequence[Standing]) -> None:
    """Print the board's table: per obligation and group, how many owe, sent, on time, late, missing."""
    found = rates(campaign, standings)
    width = max(len(group.name) for group in campaign.groups) + 2
    head = "".join(word(title).rjust(11) for title in BOARD)
    for obligation in campaign.obligations:
        click.secho(f"  {obligation.title} ({obligation.words})", bold=True)
        click.echo(f"    {''.ljust(width)}{head}")
        for rate in (rate for rate in found if rate.form == obligation.form):
            name = campaign.group(rate.group).name if rate.group else word("cli.board_all")
            share = "" if rate.sent_share is None else f"{rate.sent_share:.1%}".replace(".", ",")
            counts = (rate.expected, rate.sent, rate.on_time, rate.late, rate.missing)
            numbers = "".join(str(count).rjust(11) for count in counts)
            click.secho(f"    {name.ljust(width)}{numbers}{share.rjust(11)}", bold=not rate.group)
