"""Counts and rates in plain Python: what the dashboard needs of `domain.rates` without loading pandas."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from service.domain.rates import Rate
from service.domain.standing_labels import Eligibility, Timeliness
from service.domain.standings import Standing
from sheets_schema.campaign import Campaign


def rates(campaign: Campaign, standings: Sequence[Standing]) -> tuple[Rate, ...]:
    """Return the same rates as `domain.rates.rates`: per obligation its groups in the plan's order, then all."""
    groups = {unit.code: unit.group for unit in campaign.units}
    found: list[Rate] = []
    for obligation in campaign.obligations:
        owed = [standing for standing in standings if standing.form == obligation.form]
        for group in campaign.groups:
            members = [standing for standing in owed if groups[standing.unit] == group.code]
            if members:
                found.append(rate_of(obligation.form, group.code, members))
        if owed:
            found.append(rate_of(obligation.form, "", owed))
    return tuple(found)


def rate_of(form: str, group: str, standings: Iterable[Standing]) -> Rate:
    """Count one group's standings."""
    members = tuple(standings)

    def timely(value: Timeliness) -> int:
        return sum(standing.timeliness is value for standing in members)

    expected = [standing for standing in members if standing.eligibility is Eligibility.EXPECTED]
    return Rate(
        form=form,
        group=group,
        expected=len(expected),
        exempt=len(members) - len(expected),
        sent=sum(standing.receipt.counts for standing in expected),
        on_time=timely(Timeliness.ON_TIME),
        late=timely(Timeliness.LATE),
        unconfirmed=timely(Timeliness.UNCONFIRMED),
        missing=timely(Timeliness.MISSING),
        entries=sum(standing.entries for standing in members),
    )
