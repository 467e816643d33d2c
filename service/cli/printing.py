"""Tables on a terminal: the board's view of standings, with colours where there is a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

import click

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


def print_status(campaign: Campaign, standings: Sequence[Standing], at: datetime, language: Language) -> None:
    """Print the standings form by form, group by group, with counts."""
    click.secho(f"{campaign.title} – tính đến {instant_words(at, campaign.zone)}", bold=True)
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
            counts = f"{standing.entries} dòng" + (f", {standing.problems} lỗi/lưu ý" if standing.problems else "")
            click.echo(f"    {name}{click.style(standing.label_in(language), fg=colour)}  ({counts})")
    counted = Counter(standing.timeliness for standing in standings)
    summary = [f"{_words(value)} {count}" for value, count in _in_order(counted)]
    click.echo(f"  Tất cả {len(standings)}: {', '.join(summary)}.")


def _in_order(counted: Counter[Timeliness | None]) -> Iterable[tuple[Timeliness | None, int]]:
    order: list[Timeliness | None] = [*Timeliness, None]
    return ((value, counted[value]) for value in order if counted[value])


def _words(value: Timeliness | None) -> str:
    return {
        Timeliness.NOT_DUE: "chưa đến hạn",
        Timeliness.DUE_SOON: "sắp đến hạn",
        Timeliness.MISSING: "quá hạn",
        Timeliness.ON_TIME: "đúng hạn",
        Timeliness.LATE: "trễ hạn",
        Timeliness.UNCONFIRMED: "cần xác nhận",
        None: "không thuộc diện",
    }[value]


def print_board(campaign: Campaign, standings: Sequence[Standing]) -> None:
    """Print the board's table: per obligation and group, how many owe, sent, on time, late, missing."""
    found = rates(campaign, standings)
    width = max(len(group.name) for group in campaign.groups) + 2
    head = "".join(title.rjust(11) for title in ("Phải gửi", "Đã gửi", "Đúng hạn", "Trễ", "Quá hạn", "Tỷ lệ gửi"))
    for obligation in campaign.obligations:
        click.secho(f"  {obligation.title} ({obligation.words})", bold=True)
        click.echo(f"    {''.ljust(width)}{head}")
        for rate in (rate for rate in found if rate.form == obligation.form):
            name = campaign.group(rate.group).name if rate.group else "Tất cả"
            share = "" if rate.sent_share is None else f"{rate.sent_share:.1%}".replace(".", ",")
            counts = (rate.expected, rate.sent, rate.on_time, rate.late, rate.missing)
            numbers = "".join(str(count).rjust(11) for count in counts)
            click.secho(f"    {name.ljust(width)}{numbers}{share.rjust(11)}", bold=not rate.group)
