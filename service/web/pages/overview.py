"""The dashboard's first screen: counts, what changed lately, one line a unit with all it owes. Knows no HTML."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.domain import deadlines, rates
from service.domain.recent_changes import RecentChange
from service.domain.standings import Standing
from service.web.pages.dashboard_content import (
    UNITS_A_PAGE,
    Picture,
    RateShare,
    distance_words,
    limit_words,
    share_of,
    sort,
)
from service.web.problem_lines import form_title
from service.web.queries import EXEMPT, pages_of
from sheets_schema.campaign import Obligation, Unit

CHANGES_SHOWN = 8


@dataclass(frozen=True, slots=True)
class CountTile:
    """One obligation's counts."""

    form: str
    title: str
    limit: str
    distance: str
    share: RateShare


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """What became known of one unit lately."""

    unit: Unit
    form: str
    form_title: str
    at: str
    before: str
    after: str
    tone: str


@dataclass(frozen=True, slots=True)
class OwedCell:
    """Where a unit is with one obligation."""

    form: str
    title: str
    label: str
    tone: str
    received: str  # the day
    limit: str  # where it is the unit's own


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit with all it owes."""

    unit: Unit
    group: str
    cells: tuple[OwedCell, ...]
    entries: int
    problems: int


@dataclass(frozen=True, slots=True)
class UnitGroup:
    """Lines of one group; without a name all that are shown, sorted."""

    name: str
    lines: tuple[UnitLine, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """The first screen."""

    tiles: tuple[CountTile, ...]
    changes: tuple[ChangeLine, ...]
    more_changes: int
    titles: tuple[str, ...]  # of the obligations, as columns
    groups: tuple[UnitGroup, ...]
    shown: int
    of: int
    page: int
    last: int


def overview_of(picture: Picture) -> Overview:
    """Return the first screen, of what is asked for."""
    campaign, query = picture.campaign, picture.query
    of_unit: dict[str, list[Standing]] = {}
    for standing in picture.standings:
        of_unit.setdefault(standing.unit, []).append(standing)
    shown = _shown(picture)
    page, last = pages_of(query.page, len(shown), UNITS_A_PAGE)
    here = shown[(page - 1) * UNITS_A_PAGE : page * UNITS_A_PAGE]
    lines = [_line(picture, campaign.unit(code), of_unit[code]) for code in here]
    changes = [change for change in picture.changes if query.shows(campaign, change.after)]
    return Overview(
        tiles=tuple(_tile(picture, owed) for owed in campaign.obligations),
        changes=tuple(_change(picture, change) for change in changes[:CHANGES_SHOWN]),
        more_changes=max(0, len(changes) - CHANGES_SHOWN),
        titles=tuple(form_title(campaign.form(owed.form), picture.words) for owed in campaign.obligations),
        groups=tuple(_groups(picture, lines)),
        shown=len(shown),
        of=len(of_unit),
        page=page,
        last=last,
    )


def _shown(picture: Picture) -> list[str]:
    """Return the units of which any obligation is asked for, in their order."""
    campaign, query = picture.campaign, picture.query
    asked = [standing for standing in picture.standings if query.shows(campaign, standing)]
    if query.sort:
        return list(dict.fromkeys(one.unit for one in sort(campaign, asked, query.sort, picture.words)))
    wanted = {standing.unit for standing in asked}
    places = {group.code: place for place, group in enumerate(campaign.groups)}
    units = [unit for unit in campaign.active_units if unit.code in wanted]
    return [unit.code for unit in sorted(units, key=lambda unit: places[unit.group])]


def _groups(picture: Picture, lines: Sequence[UnitLine]) -> Iterator[UnitGroup]:
    if picture.query.sort:
        yield UnitGroup("", tuple(lines))
        return
    for name, members in itertools.groupby(lines, key=lambda line: line.group):
        yield UnitGroup(name, tuple(members))


def _tile(picture: Picture, owed: Obligation) -> CountTile:
    words = picture.words
    limit = deadlines.effective_limit(owed, (), picture.campaign.zone)
    own = (rate for rate in picture.rates if rate.form == owed.form and not rate.group)
    rate = next(own, rates.rate_of(owed.form, "", ()))
    return CountTile(
        owed.form,
        owed.title,
        limit_words(limit, words),
        distance_words(limit, picture.at, words),
        share_of(owed.title, rate),
    )


def _change(picture: Picture, change: RecentChange) -> ChangeLine:
    campaign, words, after = picture.campaign, picture.words, change.after
    return ChangeLine(
        unit=campaign.unit(after.unit),
        form=after.form,
        form_title=form_title(campaign.form(after.form), words),
        at=words.instant(change.known_at.replace(second=0, microsecond=0), campaign.zone),
        before=change.before.label_in(words.language),
        after=after.label_in(words.language),
        tone=_tone(after),
    )


def _line(picture: Picture, unit: Unit, standings: Sequence[Standing]) -> UnitLine:
    return UnitLine(
        unit=unit,
        group=picture.campaign.group(unit.group).name,
        cells=tuple(_cell(picture, standing) for standing in standings),
        entries=sum(standing.entries for standing in standings),
        problems=sum(standing.problems for standing in standings),
    )


def _cell(picture: Picture, standing: Standing) -> OwedCell:
    campaign, words = picture.campaign, picture.words
    received = standing.received_at.astimezone(campaign.zone) if standing.received_at else None
    return OwedCell(
        form=standing.form,
        title=form_title(campaign.form(standing.form), words),
        label=standing.label_in(words.language),
        tone=_tone(standing),
        received=f"{received.day}/{received.month}" if received else "",
        limit=limit_words(standing.limit, words) if standing.limit.extended_by else "",
    )


def _tone(standing: Standing) -> str:
    return standing.timeliness.value if standing.timeliness else EXEMPT
