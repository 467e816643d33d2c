"""Which unit follows which code: it keeps its record under a new code, and what it took over by a merger. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from service.domain.decisions import Decision, DecisionKind
from service.domain.history import History, Inherited, Owed, Record
from service.domain.observations import Observation
from service.domain.standing_labels import Receipt
from sheets_schema.campaign import Campaign, Unit


def own_codes(unit: Unit) -> tuple[str, ...]:
    """Return the codes of a unit: the one it has, and those it had."""
    return (unit.code, *unit.former_codes)


def codes_of(campaign: Campaign, unit: Unit) -> tuple[str, ...]:
    """Return the codes whose records a unit's status is computed from: its own and those of units merged into it."""
    merged = campaign.merged.get(unit.code, ())
    return (*own_codes(unit), *(code for one in merged for code in own_codes(one)))


def codes_with_others(campaign: Campaign) -> frozenset[str]:
    """Return the codes of units whose record is kept under several."""
    several = (codes_of(campaign, unit) for unit in campaign.units)
    return frozenset(code for codes in several if len(codes) > 1 for code in codes)


def unit_then(today: Campaign, then: Campaign, code: str) -> Unit | None:
    """Return a unit as it was on a former roster, by the code it has today; None when it was not on it."""
    known = {unit.code: unit for unit in then.units}
    now = next((unit for unit in today.units if unit.code == code), None)
    codes = (code, *(now.former_codes if now else ()))
    return next((known[one] for one in codes if one in known), None)


def followed(history: History, campaign: Campaign) -> History:
    """Return the history by today's codes: records under a former code are the unit's own.

    Of a unit that was merged into another only what it sent counts for the other; what was decided on it does not.
    """
    if not campaign.code_now and not campaign.merged:
        return history
    observations = _renamed(history.observations, campaign.code_now)
    decisions = _renamed(history.decisions, campaign.code_now)
    inherited: dict[Owed, Inherited] = {}
    for heir, units in campaign.merged.items():
        for form in (owed.form for owed in campaign.obligations):
            for unit in units:
                owed = (unit.code, form)
                sent = _sent(observations.get(owed, ()), decisions.get(owed, ()))
                inherited[heir, form] = (*inherited.get((heir, form), ()), *sent)
    return replace(history, observations=observations, decisions=decisions, inherited=inherited)


def _renamed(records: Mapping[Owed, tuple[Record, ...]], now: Mapping[str, str]) -> dict[Owed, tuple[Record, ...]]:
    found: dict[Owed, tuple[Record, ...]] = {}
    for (code, form), several in records.items():
        unit = now.get(code, code)
        own = several if unit == code else tuple(replace(one, unit=unit) for one in several)
        earlier: tuple[Record, ...] = found.get((unit, form), ())
        found[unit, form] = tuple(sorted(earlier + own, key=lambda one: one.known_at))
    return found


def _sent(observations: Sequence[Observation], decisions: Sequence[Decision]) -> Iterator[Observation | Decision]:
    yield from (one for one in observations if one.receipt is Receipt.COMPLETE)
    yield from (one for one in decisions if one.kind is DecisionKind.RECEIVE)
