"""Everybody accounted for (decision 38): sent + not sent + extended + exempt + nil = roster, on every paper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from service.domain.standing_labels import Eligibility, Receipt
from service.domain.standings import Standing
from service.errors import PaperError
from sheets_schema.campaign import Campaign
from sheets_schema.wording import Message, joined, message


class Share(StrEnum):
    """Which one of five things is true of a unit."""

    SENT = "sent"
    UNSENT = "unsent"
    EXTENDED = "extended"  # not sent, and its extension has not run out
    EXEMPT = "exempt"
    NIL = "nil"


@dataclass(frozen=True, slots=True)
class Account:
    """How many units each share has, for one obligation."""

    form: str
    title: str
    roster: int
    counts: Mapping[Share, int]

    @property
    def words(self) -> Message:
        """Return the sum in words; shares that are nought are named too."""
        parts = [message(f"papers.share_{share}", number=self.counts[share]) for share in Share]
        return message("papers.account", title=self.title, parts=joined(parts, " + "), roster=self.roster)


def share_of(standing: Standing, campaign: Campaign, at: datetime) -> Share:
    """Return what is true of a unit's obligation at an instant."""
    if standing.eligibility is Eligibility.EXEMPT:
        return Share.EXEMPT
    if standing.receipt.counts:
        return Share.NIL if standing.receipt is Receipt.NIL else Share.SENT
    closing = standing.limit.closes_at(with_boundary_day=campaign.policy.count_boundary_day_as_on_time)
    if standing.limit.extended_by is not None and at < closing:
        return Share.EXTENDED
    return Share.UNSENT


def account(campaign: Campaign, form: str, standings: Iterable[Standing], at: datetime) -> Account:
    """Count one obligation; PaperError where the shares are not the roster."""
    owed = [one for one in standings if one.form == form]
    counted = Counter(share_of(one, campaign, at) for one in owed)
    counts = {share: counted[share] for share in Share}
    roster = len(campaign.active_units)
    if sum(counts.values()) != roster or len({one.unit for one in owed}) != roster:
        raise PaperError(message("papers.does_not_add_up", title=campaign.obligation(form).title, roster=roster))
    return Account(form, campaign.obligation(form).title, roster, counts)


def accounts(campaign: Campaign, standings: Sequence[Standing], at: datetime) -> tuple[Account, ...]:
    """Count every obligation."""
    return tuple(account(campaign, owed.form, standings, at) for owed in campaign.obligations)
