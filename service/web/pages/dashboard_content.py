"""The dashboard's content: rates and rows per obligation, what is the matter with runs and worker. Knows no HTML."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from service import clock as clocks
from service import workflows
from service.consolidation import master_writing
from service.domain import deadlines, rates, tab_faults
from service.domain.rates import Rate
from service.domain.recent_changes import RecentChange
from service.domain.standing_labels import Eligibility, Receipt, Review, Timeliness, label_of
from service.domain.standings import Standing
from service.facts.records import MasterState, RegisteredTab, Run
from service.web import current
from service.web.machines.health import living_workers
from service.web.pages import attention, progress_chart
from service.web.pages.attention import Concern
from service.web.pages.progress_chart import ProgressChart
from service.web.queries import EXEMPT, Query, pages_of
from service.web.texts import Words
from service.workspace import Workspace
from sheets_schema.campaign import Campaign, Obligation, Unit
from sheets_schema.vietnamese.folding import fold, without_marks

LATELY = timedelta(days=1)
UNITS_A_PAGE = 500  # of each table: a province's sixty bodies are always one


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One unit's standing with one obligation, in words."""

    unit: Unit
    group: str
    label: str
    tone: str  # the timeliness, or exempt: colours it
    eligibility: str
    receipt: str
    timeliness: str
    review: str
    received_at: str
    days_late: int
    entries: int
    problems: int
    limit: str  # shown when it is the unit's own
    tab: str  # where it is opened


@dataclass(frozen=True, slots=True)
class GroupRows:
    """A group's rows; without a name all that are shown, sorted."""

    name: str
    rows: tuple[BoardRow, ...]


@dataclass(frozen=True, slots=True)
class RateShare:
    """A rate with its name and the parts of its bar, in hundredths."""

    name: str
    rate: Rate
    open: int  # expected, not sent, and not due yet
    bar: tuple[tuple[str, float, float], ...]  # tone, start, width


@dataclass(frozen=True, slots=True)
class Section:
    """One obligation on the dashboard."""

    obligation: Obligation
    limit: str
    distance: str
    total: RateShare
    shares: tuple[RateShare, ...]
    groups: tuple[GroupRows, ...]
    charts: tuple[ProgressChart, ...]
    shown: int
    of: int
    page: int
    last: int  # page


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence the reader must see; `grave` when figures may be out of date."""

    text: str
    grave: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """What a dashboard is drawn from."""

    campaign: Campaign
    query: Query
    at: datetime
    words: Words
    standings: tuple[Standing, ...]
    rates: tuple[Rate, ...]
    changes: tuple[RecentChange, ...]  # since a day before
    tabs: Mapping[tuple[str, str], RegisteredTab]


def picture_of(workspace: Workspace, query: Query, at: datetime, words: Words) -> Picture:
    """Return the status of all units at an instant, from what was known then."""
    campaign = workspace.campaign
    forms = [owed.form for owed in campaign.obligations]
    standings, changes = workflows.standings_and_changes(workspace, at, forms, at - LATELY)
    tabs = workflows.tabs_then(workspace, query.as_of)
    return Picture(campaign, query, at, words, standings, rates.rates(campaign, standings), changes, tabs)


def sections(picture: Picture) -> tuple[Section, ...]:
    """Return every obligation that is asked for."""
    wanted = picture.query.form
    return tuple(_section(picture, owed) for owed in picture.campaign.obligations if wanted in ("", owed.form))


def concerns(picture: Picture) -> tuple[Concern, ...]:
    """Return what needs attention first, among those asked for."""
    shown = [item for item in picture.standings if picture.query.shows(picture.campaign, item)]
    return attention.concerns(picture.campaign, shown, picture.words)


def _section(picture: Picture, obligation: Obligation) -> Section:
    campaign, words = picture.campaign, picture.words
    standings = [standing for standing in picture.standings if standing.form == obligation.form]
    own = [rate for rate in picture.rates if rate.form == obligation.form]
    shown = [standing for standing in standings if picture.query.shows(campaign, standing)]
    ordered = _ordered(picture, shown)
    page, last = pages_of(picture.query.page, len(shown), UNITS_A_PAGE)
    limit = deadlines.effective_limit(obligation, (), campaign.zone)
    in_all = next((rate for rate in own if not rate.group), rates.rate_of(obligation.form, "", ()))
    return Section(
        obligation=obligation,
        limit=limit_words(limit, words),
        distance=distance_words(limit, picture.at, words),
        total=share_of(words("all"), in_all),
        shares=tuple(share_of(campaign.group(rate.group).name, rate) for rate in own if rate.group),
        groups=tuple(_groups(picture, ordered[(page - 1) * UNITS_A_PAGE : page * UNITS_A_PAGE])),
        charts=progress_chart.charts(campaign, standings, limit, picture.at, words("all")),
        shown=len(shown),
        of=len(standings),
        page=page,
        last=last,
    )


def _ordered(picture: Picture, standings: Sequence[Standing]) -> Sequence[Standing]:
    """Return standings as they are listed: sorted as asked for, else group by group."""
    campaign = picture.campaign
    if picture.query.sort:
        return sort(campaign, standings, picture.query.sort, picture.words)
    places = {group.code: place for place, group in enumerate(campaign.groups)}
    return sorted(standings, key=lambda standing: places[campaign.unit(standing.unit).group])


def _groups(picture: Picture, standings: Sequence[Standing]) -> Iterator[GroupRows]:
    campaign = picture.campaign
    if picture.query.sort:
        yield GroupRows("", tuple(_row(picture, standing) for standing in standings))
        return
    for code, members in itertools.groupby(standings, key=lambda standing: campaign.unit(standing.unit).group):
        yield GroupRows(campaign.group(code).name, tuple(_row(picture, standing) for standing in members))


def sort(campaign: Campaign, standings: Sequence[Standing], by: str, words: Words) -> tuple[Standing, ...]:
    """Return standings sorted by a column of queries.SORTS, perhaps with a minus; as they are when blank."""
    if not by:
        return tuple(standings)
    key = _SORT_KEYS[by.removeprefix("-")]
    keyed = [(key(campaign, words, standing), standing) for standing in standings]
    # blanks come last in either direction
    known = [entry for entry in keyed if entry[0] is not None]
    known.sort(key=lambda entry: entry[0], reverse=by.startswith("-"))  # type: ignore[arg-type,return-value]
    return tuple(standing for _, standing in (*known, *(entry for entry in keyed if entry[0] is None)))


def _unit_key(campaign: Campaign, _words: Words, standing: Standing) -> object:
    name = campaign.unit(standing.unit).name
    return without_marks(fold(name)), name


def _order_of(value: Eligibility | Receipt | Timeliness | Review | None) -> int | None:
    return None if value is None else list(type(value)).index(value)


_SORT_KEYS: dict[str, Callable[[Campaign, Words, Standing], object]] = {
    "unit": _unit_key,
    "status": lambda _, words, standing: standing.label_in(words.language),
    "eligibility": lambda _, __, standing: _order_of(standing.eligibility),
    "receipt": lambda _, __, standing: _order_of(standing.receipt),
    "timeliness": lambda _, __, standing: _order_of(standing.timeliness),
    "review": lambda _, __, standing: _order_of(standing.review),
    "received_at": lambda _, __, standing: standing.received_at,
    "days_late": lambda _, __, standing: standing.days_late,
    "entries": lambda _, __, standing: standing.entries,
    "problems": lambda _, __, standing: standing.problems,
}


def limit_words(limit: deadlines.Limit, words: Words) -> str:
    """Return a limit with its last day."""
    return words("limit", words=limit.full_words.text(words.language))


def distance_words(limit: deadlines.Limit, at: datetime, words: Words) -> str:
    """Return how far a limit is from an instant."""
    days = limit.days_after_last_day(at)
    if at >= limit.due_before:
        return words("days_over", days=max(1, days))
    return words("last_day_today") if days == 0 else words("days_left", days=-days)


def share_of(name: str, rate: Rate) -> RateShare:
    """Return a rate with the parts of its bar."""
    parts = (
        (Timeliness.ON_TIME.value, rate.on_time),
        (Timeliness.LATE.value, rate.late),
        (Timeliness.UNCONFIRMED.value, rate.unconfirmed),
        (Timeliness.MISSING.value, rate.missing),
    )
    bar: list[tuple[str, float, float]] = []
    start = 0.0
    for tone, count in parts:
        width = 100 * count / rate.expected if rate.expected else 0.0
        if width:
            bar.append((tone, round(start, 2), round(width, 2)))
        start += width
    open_still = rate.expected - sum(count for _, count in parts)
    return RateShare(name, rate, open_still, tuple(bar))


def _row(picture: Picture, standing: Standing) -> BoardRow:
    campaign, words = picture.campaign, picture.words
    unit = campaign.unit(standing.unit)
    language = words.language
    tab = picture.tabs.get((standing.unit, standing.form))
    exempt = standing.eligibility is Eligibility.EXEMPT
    return BoardRow(
        unit=unit,
        group=campaign.group(unit.group).name,
        label=standing.label_in(language),
        tone=standing.timeliness.value if standing.timeliness else EXEMPT,
        eligibility=label_of(standing.eligibility, language),
        receipt=label_of(standing.receipt, language),
        timeliness="" if exempt else standing.timeliness_label(language),
        review=label_of(standing.review, language),
        received_at=words.instant(standing.received_at, campaign.zone) if standing.received_at else "",
        days_late=standing.days_late,
        entries=standing.entries,
        problems=standing.problems,
        limit=limit_words(standing.limit, words) if standing.limit.extended_by else "",
        tab=current.tab_url(tab.spreadsheet_id, tab.sheet_id) if tab else "",
    )


def notices(workspace: Workspace, at: datetime, words: Words) -> tuple[Notice, ...]:
    """Return what the reader must know beside the figures, the gravest first."""
    zone = workspace.campaign.zone
    found: list[Notice] = []
    if not workspace.store.registry.is_begun(workspace.campaign.key):
        found.append(Notice(words("season_not_begun"), grave=True))
    ahead = workspace.recorded_ahead
    if ahead is not None:
        found.append(Notice(words("recorded_ahead", at=words.instant(minute(ahead), zone)), grave=True))
    failed = _failed_run(workspace)
    if failed is not None:
        began, reason = words.instant(failed.started_at, zone), words.kept(failed.error or "")
        found.append(Notice(words("run_failed", at=began, error=reason), grave=True))
    if not living_workers(workspace):
        found.append(Notice(words("worker_dead"), grave=True))
    faults = workspace.store.tab_faults.all(workspace.campaign.key).values()
    for sentence in tab_faults.sentences(workspace.campaign, (one for one in faults if one.since <= at)):
        found.append(Notice(sentence.text(words.language), grave=True))
    if at > workspace.clock():
        found.append(Notice(words("future")))
    if workspace.clock is not clocks.system:
        found.append(Notice(words("rehearsal", at=words.instant(minute(workspace.clock()), zone))))
    return tuple(found)


def _failed_run(workspace: Workspace) -> Run | None:
    """Return the last run that ended, if it failed."""
    runs = workspace.store.runs.last(workspace.campaign.key, 5)
    ended = next((run for run in runs if run.finished_at is not None), None)
    return ended if ended is not None and ended.error else None


def master_of(workspace: Workspace) -> tuple[str, MasterState | None]:
    """Return the master's spreadsheet id ("" before there is one) and what it last held."""
    spreadsheet_id = master_writing.master_id(workspace) or ""
    return spreadsheet_id, workspace.store.registry.master_state(spreadsheet_id) if spreadsheet_id else None


def last_run_line(workspace: Workspace, words: Words) -> str:
    """Return when the last run was; blank before there is one."""
    good = next((run for run in workspace.store.runs.last(workspace.campaign.key) if run.finished_at), None)
    return "" if good is None else words("last_run", at=words.instant(minute(good.started_at), workspace.campaign.zone))


def state_lines(workspace: Workspace, words: Words) -> tuple[str, ...]:
    """Return when the master last changed, when the last run was, and whether a worker lives."""
    zone = workspace.campaign.zone
    _, state = master_of(workspace)
    lines = []
    if state is None or state.published_at is None:
        lines.append(words("master_none"))
    else:
        lines.append(words("master_changed", at=words.instant(minute(state.published_at), zone)))
    if last := last_run_line(workspace, words):
        lines.append(last)
    if living_workers(workspace):
        lines.append(words("worker_alive"))
    return tuple(lines)


def moment_words(workspace: Workspace, as_of: datetime | None, at: datetime) -> str:
    """Return the words of the instant a page shows: as asked for, or the present minute."""
    return current.words().instant(as_of or minute(at), workspace.campaign.zone)


def minute(instant: datetime) -> datetime:
    """Return an instant without its seconds."""
    return instant.replace(second=0, microsecond=0)
