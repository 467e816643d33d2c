"""Receipts over time, in all and by group, as what an SVG is drawn from: cumulative counts per day against the limit.

Every figure comes from the standings, and so from the facts, as they were known at the instant shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from service.domain.deadlines import Limit
from service.domain.standing_labels import Eligibility, Timeliness
from service.domain.standings import Standing
from sheets_schema.campaign import Campaign
from sheets_schema.vietnamese.dates import format_day

TONES = (Timeliness.ON_TIME, Timeliness.LATE, Timeliness.UNCONFIRMED)  # from the bottom up
BEFORE, LONGEST = timedelta(days=14), timedelta(days=400)
WIDTH, HEIGHT = 720.0, 220.0
LEFT, RIGHT, TOP, BOTTOM = 44.0, 12.0, 30.0, 34.0


@dataclass(frozen=True, slots=True)
class DayCount:
    """How many had been received by the end of a day, by how timely."""

    day: date
    counts: tuple[int, ...]  # by TONES

    @property
    def total(self) -> int:
        """Return how many in all."""
        return sum(self.counts)

    @property
    def text(self) -> str:
        """Return the day in words."""
        return format_day(self.day)


@dataclass(frozen=True, slots=True)
class Area:
    """One tone's area, as the d of an SVG path."""

    tone: str
    path: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis."""

    at: float
    text: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class ProgressChart:
    """One chart with everything its SVG and its table need."""

    key: str
    name: str
    expected: int
    days: tuple[DayCount, ...]  # the days on which anything came, and the last
    areas: tuple[Area, ...]
    limit_at: float | None  # the place of the limit's line
    limit_day: str
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]

    @property
    def received(self) -> int:
        """Return how many were received by the last day."""
        return self.days[-1].total if self.days else 0


@dataclass(frozen=True, slots=True)
class _Span:
    """The days a chart shows, and the common limit."""

    first: date
    last: date
    limit: Limit

    def x(self, day: date, part: float = 0.0) -> float:
        """Return where a day begins, or a part of it."""
        days = max(1, (self.last - self.first).days + 1)
        return LEFT + (WIDTH - LEFT - RIGHT) * ((day - self.first).days + part) / days


def charts(
    campaign: Campaign, standings: Sequence[Standing], limit: Limit, at: datetime, in_all: str
) -> tuple[ProgressChart, ...]:
    """Return one obligation's chart of all units, then one a group, all over the same days."""
    span = _span(standings, limit, at)
    members: dict[str, list[Standing]] = {group.code: [] for group in campaign.groups}
    for standing in standings:
        members[campaign.unit(standing.unit).group].append(standing)
    groups = [(group.code, group.name, members[group.code]) for group in campaign.groups if members[group.code]]
    return tuple(_chart(key, name, found, span) for key, name, found in (("all", in_all, standings), *groups))


def _span(standings: Iterable[Standing], limit: Limit, at: datetime) -> _Span:
    today = at.astimezone(limit.zone).date()
    days = [_day(standing, limit) for standing in standings if standing.received_at is not None]
    first = min([*days, limit.last_day - BEFORE])
    last = max([*days, limit.named_day, min(today, limit.named_day + BEFORE)])
    return _Span(max(first, limit.named_day - LONGEST), min(last, limit.named_day + LONGEST), limit)


def _day(standing: Standing, limit: Limit) -> date:
    received = standing.received_at or limit.due_before
    return received.astimezone(limit.zone).date()


def _chart(key: str, name: str, standings: Sequence[Standing], span: _Span) -> ProgressChart:
    expected = [standing for standing in standings if standing.eligibility is Eligibility.EXPECTED]
    days = _days(expected, span)
    top = max(1, len(expected))
    return ProgressChart(
        key=key,
        name=name,
        expected=len(expected),
        days=days,
        areas=tuple(_areas(days, top, span)),
        limit_at=round(span.x(span.limit.named_day, _part_of_day(span.limit)), 1),
        limit_day=f"{span.limit.last_day.day}/{span.limit.last_day.month}",
        x_ticks=tuple(_x_ticks(span)),
        y_ticks=tuple(Tick(round(_y(count, top), 1), str(count)) for count in sorted({0, len(expected)})),
    )


def _part_of_day(limit: Limit) -> float:
    local = limit.due_before.astimezone(limit.zone)
    return (local.hour * 60 + local.minute) / (24 * 60)


def _days(standings: Iterable[Standing], span: _Span) -> tuple[DayCount, ...]:
    added: dict[date, list[int]] = {span.last: [0] * len(TONES)}
    for standing in standings:
        if standing.received_at is not None and standing.timeliness in TONES:
            day = min(max(_day(standing, span.limit), span.first), span.last)
            added.setdefault(day, [0] * len(TONES))[TONES.index(standing.timeliness)] += 1
    found: list[DayCount] = []
    running = [0] * len(TONES)
    for day in sorted(added):
        running = [before + more for before, more in zip(running, added[day], strict=True)]
        found.append(DayCount(day, tuple(running)))
    return tuple(found)


def _areas(days: Sequence[DayCount], top: int, span: _Span) -> Iterable[Area]:
    """Yield the areas that are not empty, stacked: each goes along its upper steps and back along its lower ones."""
    for index, tone in enumerate(TONES):
        if not days or not days[-1].counts[index]:
            continue
        upper = _steps(days, index + 1, top, span)
        lower = _steps(days, index, top, span)
        points = [*upper, *reversed(lower)]
        yield Area(tone.value, "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z")


def _steps(days: Sequence[DayCount], tones: int, top: int, span: _Span) -> list[tuple[float, float]]:
    """Return the corners of the stairs that so many tones together climb: a day's receipts show from its noon on."""
    points = [(span.x(span.first), _y(0, top))]
    height = 0
    for count in days:
        x = span.x(count.day, 0.5)
        points.append((x, _y(height, top)))
        height = sum(count.counts[:tones])
        points.append((x, _y(height, top)))
    points.append((span.x(span.last, 1.0), _y(height, top)))
    return points


def _y(count: int, top: int) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * count / top


def _x_ticks(span: _Span) -> Iterable[Tick]:
    days = (span.last - span.first).days
    step = max(7, -(-days // 42) * 7)
    yield Tick(LEFT, format_short(span.first), "start")
    day = span.first + timedelta(days=step)
    while (span.last - day).days >= step // 2:
        yield Tick(round(span.x(day, 0.5), 1), format_short(day))
        day += timedelta(days=step)
    yield Tick(WIDTH - RIGHT, format_short(span.last), "end")


def format_short(day: date) -> str:
    """Return a day without its year, as the plan writes days."""
    return format_day(day).rpartition("/")[0]
