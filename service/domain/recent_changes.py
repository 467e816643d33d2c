"""What has become known of units since an instant: a receipt, a decision, a correction; never what time alone changed.

Pure: from what is known, and the standings of the present.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from service.domain.history import History
from service.domain.standings import Standing, standing_at
from sheets_schema.campaign import Campaign


@dataclass(frozen=True, slots=True)
class RecentChange:
    """One unit's standing with one form, before and after."""

    known_at: datetime  # of the last record that is new
    before: Standing
    after: Standing


def recent_changes(
    campaign: Campaign, history: History, standings: Iterable[Standing], since: datetime, now: datetime
) -> tuple[RecentChange, ...]:
    """Return the standings that records of after an instant changed, the newest first."""
    found: list[RecentChange] = []
    for after in standings:
        known_at = _last_known(history, after, since, now)
        if known_at is not None:
            before = standing_at(since, campaign, after.unit, after.form, history)
            if _said_of(before) != _said_of(after):
                found.append(RecentChange(known_at, before, after))
    return tuple(sorted(found, key=lambda change: change.known_at, reverse=True))


def _last_known(history: History, standing: Standing, since: datetime, now: datetime) -> datetime | None:
    """Return when the last record of an obligation became known, where that is after an instant."""
    owed = (standing.unit, standing.form)
    known = [one.known_at for one in history.observations_of(*owed)]
    for made in history.decisions_of(*owed):
        known.append(made.recorded_at)
        if made.withdrawn is not None:
            known.append(made.withdrawn.recorded_at)
    return max((at for at in known if since < at <= now), default=None)


def _said_of(standing: Standing) -> tuple[object, ...]:
    """Return what a standing says of records; days that pass change none of it."""
    return (
        standing.eligibility,
        standing.receipt,
        standing.review,
        standing.changed_since,
        standing.editing,
        standing.limit.due_before,
        standing.received_at,
        standing.entries,
        standing.problems,
    )
