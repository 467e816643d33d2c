"""Counts and rates per obligation and group: one rule for the master, the dashboard and the exports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from service.domain.standing_labels import Eligibility, Timeliness
from service.domain.standings import Standing
from sheets_schema.campaign import Campaign


@dataclass(frozen=True, slots=True)
class Rate:
    """The counts of a group for one obligation; `group` is "" for all units together."""

    form: str
    group: str
    expected: int
    exempt: int
    sent: int  # complete or nil
    on_time: int
    late: int
    unconfirmed: int
    missing: int
    entries: int

    @property
    def sent_after_limit(self) -> int:
        """Sent, but not on time; those whose moment is to be confirmed count here."""
        return self.sent - self.on_time

    @property
    def outstanding(self) -> int:
        """Expected and not sent whole yet."""
        return self.expected - self.sent

    @property
    def sent_share(self) -> float | None:
        """Complete ÷ expected; None where nothing is expected."""
        return self.sent / self.expected if self.expected else None

    @property
    def on_time_share(self) -> float | None:
        """On time ÷ expected (not ÷ sent); None where nothing is expected."""
        return self.on_time / self.expected if self.expected else None


def rates(campaign: Campaign, standings: Sequence[Standing]) -> tuple[Rate, ...]:
    """Return the rates of every obligation: its groups in the plan's order, then all."""
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
