"""Which unit follows which code: it keeps its record under a new code, and what it took over by a merger. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from service.domain.decisions import Decision, DecisionKind
from service.domain.history import History, Inherited, Owed, Record
from service.domain.observations import Observation
from service.domain.standing_labels import Receipt
from sheets_schema.campaign import Campaign, Unit


def codes_of(campaign: Campaign, unit: Unit) -> tuple[str, ...]:
    """Return the codes whose records a unit's status is computed from: its own, its former, those merged into it."""
    merged = [one for one in campaign.units if one.merged_into == unit.code]
    return (unit.code, *unit.former_codes, *(code for one in merged for code in (one.code, *one.former_codes)))


def unit_then(today: Campaign, then: Campaign, code: str) -> Unit | None:
    """Return a unit as it was on a former roster, by the code it has today; None when it was not on it."""
    known = {unit.code: unit for unit in then.units}
    now = next((unit for unit in today.units if unit.code == code), None)
    codes = (code, *(now.former_codes if now else ()))
    return next((known[one] for one in codes if one in known), None)


def is_followed(campaign: Campaign) -> bool:
    """Return True if any unit of the roster follows another code."""
    return any(unit.former_codes or unit.merged_into for unit in campaign.units)


def followed(history: History, campaign: Campaign) -> History:
    """Return the history by today's codes: records under a former code are the unit's own.

    Of a unit that was merged into another only what it sent counts for the other; what was decided on it does not.
    """
    if not is_followed(campaign):
        return history
    now = {former: unit.code for unit in campaign.units for former in unit.former_codes}
    observations = _renamed(history.observations, now)
    decisions = _renamed(history.decisions, now)
    inherited: dict[Owed, Inherited] = {}
    for unit in campaign.units:
        for form in [owed.form for owed in campaign.obligations] if unit.merged_into else ():
            sent = _sent(observations.get((unit.code, form), ()), decisions.get((unit.code, form), ()))
            owed = (unit.merged_into, form)
            inherited[owed] = (*inherited.get(owed, ()), *sent)
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
