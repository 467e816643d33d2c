"""Which units a letter would name as not having sent, under both readings of “trước ngày”."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from service.domain.history import History
from service.domain.standings import Standing, Timeliness, standings_at
from sheets_schema.campaign import Campaign


@dataclass(frozen=True, slots=True)
class NamedUnits:
    """The units that have not sent one form: where the named day counts as late, and where it counts as on time."""

    form: str
    strict: tuple[Standing, ...]
    lenient: tuple[Standing, ...]

    @property
    def by_strict_alone(self) -> tuple[Standing, ...]:
        """Return those that only the strict reading names."""
        codes = {one.unit for one in self.lenient}
        return tuple(one for one in self.strict if one.unit not in codes)


def named_units(campaign: Campaign, history: History, at: datetime) -> tuple[NamedUnits, ...]:
    """Return, form by form, the units a letter of an instant would name under each reading."""
    strict, lenient = (_missing(campaign, history, at, counts=counts) for counts in (False, True))
    return tuple(
        NamedUnits(owed.form, _of(strict, owed.form), _of(lenient, owed.form)) for owed in campaign.obligations
    )


def _missing(campaign: Campaign, history: History, at: datetime, *, counts: bool) -> list[Standing]:
    policy = replace(campaign.policy, count_boundary_day_as_on_time=counts)
    found = standings_at(at, replace(campaign, policy=policy), history)
    return [one for one in found if one.timeliness is Timeliness.MISSING]


def _of(standings: Sequence[Standing], form: str) -> tuple[Standing, ...]:
    return tuple(one for one in standings if one.form == form)
