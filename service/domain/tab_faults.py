"""Tabs that a run could not read, check or answer: since when and why. Their units keep what was read last. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from service.domain.instant_words import instant_message
from sheets_schema.campaign import Campaign
from sheets_schema.wording import Message, joined, message

NAMED = 5  # units that share a reason; the rest are counted
REMEDIES = {
    "tab_faults.workbook_lost": message("tab_faults.workbook_lost_remedy"),
    "tab_faults.tab_missing": message("tab_faults.tab_missing_remedy"),
    "tab_faults.not_checked": message("tab_faults.not_checked_remedy"),
    "tab_faults.not_answered": message("tab_faults.not_answered_remedy"),
    "tab_faults.mark_of_another": message("tab_faults.mark_of_another_remedy"),
}


@dataclass(frozen=True, slots=True)
class TabFault:
    """Why one unit's tab keeps what was read last."""

    unit: str
    form: str
    since: datetime  # the first run that met it
    last_read: datetime | None  # the whole read before it; None: there was none
    reason: Message


def sentence(campaign: Campaign, fault: TabFault) -> Message:
    """Return one tab's fault as its own unit reads it."""
    return message("tab_faults.own", since=instant_message(fault.since, campaign.zone), reason=fault.reason)


def sentences(campaign: Campaign, faults: Iterable[TabFault]) -> tuple[Message, ...]:
    """Return faults as the operator and the board read them; tabs of a form that share one are one sentence."""
    alike: dict[tuple[object, ...], list[TabFault]] = {}
    owed = {(unit.code, form.key) for unit in campaign.active_units for form in campaign.forms}
    for fault in (one for one in faults if (one.unit, one.form) in owed):
        alike.setdefault((fault.form, fault.since, fault.reason), []).append(fault)
    return tuple(_together(campaign, several) for several in alike.values())


def _together(campaign: Campaign, faults: Sequence[TabFault]) -> Message:
    first = faults[0]
    units: str | Message = ", ".join(_names(campaign, faults[:NAMED]))
    if len(faults) > NAMED:
        units = message("tab_faults.more", units=units, count=len(faults) - NAMED)
    fault = message(
        "tab_faults.of_units",
        units=units,
        form=campaign.form(first.form).title,
        since=instant_message(first.since, campaign.zone),
        reason=first.reason,
    )
    remedy = REMEDIES.get(first.reason.key)
    return joined([fault, remedy]) if remedy else fault


def _names(campaign: Campaign, faults: Iterable[TabFault]) -> Iterator[str]:
    return (campaign.unit(fault.unit).short_name for fault in faults)
