"""What the plan says to the units: its number and day, limits, contents, slogans, recipients. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from service.domain import deadlines
from sheets_schema.campaign import Campaign
from sheets_schema.vietnamese.dates import format_day
from sheets_schema.wording import Message, message


@dataclass(frozen=True, slots=True)
class PlanPart:
    """One part of the plan: its heading, and its lines, each with a mark before it, perhaps blank."""

    heading: Message
    lines: tuple[tuple[str, str | Message], ...]


def plan_name(campaign: Campaign) -> Message:
    """Return the plan's number and day; dots for what the office has not set."""
    day = format_day(campaign.plan_date) if campaign.plan_date else "…"
    return message("master.plan_name", number=campaign.plan_number or "…", day=day)


def plan_parts(campaign: Campaign) -> tuple[PlanPart, ...]:
    """Return the parts that the campaign declares, slogans first; parts without a line are left out."""
    limits = [(owed.title, deadlines.effective_limit(owed, (), campaign.zone)) for owed in campaign.obligations]
    parts = (
        _part("slogans", ((str(number), one.text) for number, one in enumerate(campaign.slogans, start=1))),
        _part(
            "owed", (("", message("record.owed_by", title=title, limit=limit.full_words)) for title, limit in limits)
        ),
        _part("contents", ((one.code, one.text) for one in campaign.contents)),
        _part("recipients", (("", text) for text in campaign.recipients)),
    )
    return tuple(part for part in parts if part.lines)


def _part(name: str, lines: Iterable[tuple[str, str | Message]]) -> PlanPart:
    return PlanPart(message(f"master.{name}"), tuple(lines))
