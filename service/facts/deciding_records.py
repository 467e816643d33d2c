"""The index of the observations that decide (`service.domain.deciding`), kept as facts are recorded."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, insert, or_, select, tuple_, union

from service.domain.deciding import ROLES, Deciding, follow, is_in_order
from service.domain.history import Owed
from service.domain.observations import Observation
from service.facts import encoding
from service.facts.encoding import ObservationLine
from service.facts.records import FactKind
from service.facts.schema import deciding, facts

FIRST, _LATER, _OUT_OF_ORDER = 0, 1, 2  # a line's place among those of its tab
_ROLES = tuple(name for name in ROLES if name != "latest")
# what only an answer to a decision is read from
_ANSWERS = frozenset(("last_faulty", "last_edit", "before_edit"))
_AT_ONCE = 1_000
_EVER = datetime.max.replace(tzinfo=UTC)  # the same query for now as for an instant: a run asks for both
_LINES = (
    select(
        facts.c.id,
        facts.c.unit,
        facts.c.form,
        facts.c.recorded_at,
        facts.c.payload,
        deciding.c.errors_before,
        deciding.c.digest_before,
    )
    .join(deciding, deciding.c.fact == facts.c.id, isouter=True)
    .where(facts.c.kind == FactKind.OBSERVATION)
)


def keep_deciding(connection: Connection, campaign_key: str, recorded: Sequence[Observation]) -> None:
    """Keep what decides after observations that were just recorded, in their order."""
    known = _known(connection, campaign_key, recorded)
    values = []
    for one in recorded:
        owed = (one.unit, one.form)
        before = known.get(owed)
        after = follow(before, one)
        in_order = before is None or is_in_order(before.latest, one)
        place = FIRST if before is None else _LATER if in_order else _OUT_OF_ORDER
        values.append(_values(campaign_key, after, place, before.last_confirmed if before else None))
        known[owed] = after
    if values:
        connection.execute(insert(deciding), values)


def deciding_lines(
    connection: Connection,
    campaign_key: str,
    until: datetime | None,
    whole: Collection[str],
    units: Collection[str] | None = None,
) -> Iterator[ObservationLine]:
    """Yield the lines of the observations that decide at an instant (None: now), in the order they became known.

    `units` are the codes asked for alone. Each line comes with what is kept of the confirmed one before it. Of the
    units in `whole`, and of tabs where observations became known out of order, all lines come, and nothing with them.
    """
    unordered = select(deciding.c.unit, deciding.c.form).where(
        deciding.c.campaign == campaign_key, deciding.c.place == _OUT_OF_ORDER
    )
    wholly = {(row.unit, row.form) for row in connection.execute(unordered)}
    if units is not None:
        whole = frozenset(whole) & frozenset(units)
        wholly = {one for one in wholly if one[0] in units}
    found = [ObservationLine(*row) for row in connection.execute(_deciding(campaign_key, until or _EVER, units))]
    if whole or wholly:
        found = [one for one in found if one.unit not in whole and (one.unit, one.form) not in wholly]
        every = _all_of(connection, campaign_key, whole, wholly)
        found += [one._replace(errors_before=None) for one in every if until is None or one.recorded_at <= until]
    yield from sorted(found, key=attrgetter("recorded_at", "id"))


def _deciding(campaign_key: str, until: datetime | None, units: Collection[str] | None) -> Select[Any]:
    """Return the query of the lines that decide on tabs, found through the index alone."""
    newest = _newest(campaign_key, until, units).cte("newest")
    before = _before_decisions(campaign_key, until, units).cte("before_decisions")
    decided = select(before.c.unit, before.c.form)
    always = (select(newest.c[name]) for name in ("fact", *_ROLES) if name not in _ANSWERS)
    answers = (
        select(newest.c[name]).where(tuple_(newest.c.unit, newest.c.form).in_(decided))
        for name in _ROLES
        if name in _ANSWERS
    )
    return _LINES.where(facts.c.id.in_(union(select(before.c.fact), *always, *answers)))


def _known(connection: Connection, campaign_key: str, recorded: Sequence[Observation]) -> dict[Owed, Deciding]:
    """Return what decided on the tabs of these observations before them."""
    units = sorted({one.unit for one in recorded})
    rows = [
        row
        for first in range(0, len(units), _AT_ONCE)
        for row in connection.execute(_newest(campaign_key, None, units[first : first + _AT_ONCE]))
    ]
    numbers = sorted({number for row in rows for number in row[2:] if number is not None})
    found = {row.id: encoding.observation_of(row) for row in _numbered(connection, numbers)}
    return {
        (row.unit, row.form): Deciding(
            found[row.fact], *(None if number is None else found[number] for number in row[3:])
        )
        for row in rows
    }


def _newest(campaign_key: str, until: datetime | None, units: Collection[str] | None = None) -> Select[Any]:
    """Return the query of each tab's last line at an instant: unit, form, then the numbers that decide."""
    tab, line = deciding.alias("tab"), deciding.alias("line")
    last = select(line.c.fact).where(
        line.c.campaign == tab.c.campaign, line.c.form == tab.c.form, line.c.unit == tab.c.unit
    )
    if until is not None:
        last = last.where(line.c.recorded_at <= until)
    last = last.order_by(line.c.recorded_at.desc(), line.c.fact.desc()).limit(1)
    tabs = select(last.scalar_subquery()).where(tab.c.campaign == campaign_key, tab.c.place == FIRST)
    if units is not None:
        tabs = tabs.where(tab.c.unit.in_(units))
    return select(deciding.c.unit, deciding.c.form, deciding.c.fact, *(deciding.c[name] for name in _ROLES)).where(
        deciding.c.fact.in_(tabs)
    )


def _before_decisions(campaign_key: str, until: datetime | None, units: Collection[str] | None) -> Select[Any]:
    """Return the query of what was known of a tab last when a decision on it was recorded."""
    last = (
        select(deciding.c.fact)
        .where(
            deciding.c.campaign == facts.c.campaign,
            deciding.c.form == facts.c.form,
            deciding.c.unit == facts.c.unit,
            deciding.c.recorded_at <= facts.c.recorded_at,
        )
        .order_by(deciding.c.recorded_at.desc(), deciding.c.fact.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = select(facts.c.unit, facts.c.form, last.label("fact")).where(
        facts.c.campaign == campaign_key, facts.c.kind == FactKind.DECISION
    )
    if units is not None:
        query = query.where(facts.c.unit.in_(units))
    return query if until is None else query.where(facts.c.recorded_at <= until)


def _numbered(connection: Connection, numbers: Sequence[int]) -> Iterator[ObservationLine]:
    for first in range(0, len(numbers), _AT_ONCE):
        rows = connection.execute(_LINES.where(facts.c.id.in_(numbers[first : first + _AT_ONCE]))).all()
        yield from (ObservationLine(*row) for row in rows)


def _all_of(
    connection: Connection, campaign_key: str, units: Collection[str], tabs: Collection[Owed]
) -> Iterator[ObservationLine]:
    """Yield every line of these units and tabs."""
    of_tabs: list[ColumnElement[bool]] = [and_(facts.c.unit == unit, facts.c.form == form) for unit, form in tabs]
    for condition in ([facts.c.unit.in_(sorted(units))] if units else []) + ([or_(*of_tabs)] if of_tabs else []):
        rows = connection.execute(_LINES.where(facts.c.campaign == campaign_key, condition)).all()
        yield from (ObservationLine(*row) for row in rows)


def _values(campaign_key: str, after: Deciding, place: int, earlier: Observation | None) -> dict[str, object]:
    seen = after.latest
    roles = {name: getattr(after, name) for name in _ROLES}
    return {
        "fact": seen.number,
        "campaign": campaign_key,
        "unit": seen.unit,
        "form": seen.form,
        "recorded_at": seen.known_at,
        "place": place,
        **{name: None if one is None else one.number for name, one in roles.items()},
        "errors_before": None if earlier is None else earlier.errors,
        "digest_before": None if earlier is None else earlier.digest,
    }
