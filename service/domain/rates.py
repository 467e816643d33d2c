"""Counts and rates per obligation and group, and entries per content: the tables that pandas does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.domain.standing_labels import Eligibility, Timeliness
from service.domain.standings import Standing
from sheets_schema.campaign import Campaign

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Rate:
    """How a group stands with one obligation; `group` is "" for all units together."""

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


COUNTS = ("expected", "exempt", "sent", "on_time", "late", "unconfirmed", "missing", "entries")


def rates(campaign: Campaign, standings: Sequence[Standing]) -> tuple[Rate, ...]:
    """Return the rates of every obligation: its groups in the plan's order, then all."""
    import pandas as pd  # noqa: PLC0415 – 60 MB and 0.2 s: the web process never makes the master, and never loads it

    groups = {unit.code: unit.group for unit in campaign.units}
    records = [
        {
            "form": standing.form,
            "group": groups[standing.unit],
            "expected": standing.eligibility is Eligibility.EXPECTED,
            "exempt": standing.eligibility is Eligibility.EXEMPT,
            "sent": standing.eligibility is Eligibility.EXPECTED and standing.receipt.counts,
            "on_time": standing.timeliness is Timeliness.ON_TIME,
            "late": standing.timeliness is Timeliness.LATE,
            "unconfirmed": standing.timeliness is Timeliness.UNCONFIRMED,
            "missing": standing.timeliness is Timeliness.MISSING,
            "entries": standing.entries,
        }
        for standing in standings
    ]
    frame = pd.DataFrame.from_records(records, columns=["form", "group", *COUNTS])
    by_group = _counted(frame, ["form", "group"])
    in_all = _counted(frame, ["form"])
    found: list[Rate] = []
    for obligation in campaign.obligations:
        for group in campaign.groups:
            if (obligation.form, group.code) in by_group:
                found.append(Rate(obligation.form, group.code, *by_group[obligation.form, group.code]))
        if (obligation.form,) in in_all:
            found.append(Rate(obligation.form, "", *in_all[obligation.form,]))
    return tuple(found)


def _counted(frame: pd.DataFrame, keys: list[str]) -> dict[tuple[str, ...], tuple[int, ...]]:
    """Return the sums of every count, by the keys grouped on."""
    sums = frame.groupby(keys, as_index=False)[list(COUNTS)].sum()
    return {
        tuple(str(part) for part in record[: len(keys)]): tuple(int(count) for count in record[len(keys) :])
        for record in sums.itertuples(index=False, name=None)
    }
