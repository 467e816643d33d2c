"""Instants and days as people type them: one way to read them, one range of years."""

from __future__ import annotations

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from service.errors import ServiceError
from sheets_schema.wording import message

YEARS = range(2000, 2100)  # what lies beyond is a slip, and some instants there cannot be computed with
# a plus sign typed into an address arrives as a space
_OFFSET_LOST = re.compile(r"(T[0-9:.]+) ([0-9]{2}:?[0-9]{2})")


class UnreadableInstantError(ServiceError):
    """A text is no instant, or no day, of these years."""

    http_status = 400


def read_instant(text: str, zone: ZoneInfo | None) -> datetime:
    """Read an ISO instant; raise UnreadableInstantError.

    One without an offset is in the zone, or stays naive where there is none.
    """
    try:
        instant = datetime.fromisoformat(_OFFSET_LOST.sub(r"\1+\2", text.strip()))
    except ValueError:
        raise UnreadableInstantError(message("typed.bad_instant", text=text.strip()[:60])) from None
    _check_year(instant.year, text)
    return instant if instant.tzinfo else instant.replace(tzinfo=zone)


def is_instant(text: str) -> bool:
    """Return True if a text is read as an instant."""
    try:
        read_instant(text, None)
    except UnreadableInstantError:
        return False
    return True


def read_day(text: str) -> date:
    """Read a day, as 2023-10-20 or 20/10/2023; raise UnreadableInstantError."""
    parts = text.strip().split("/")
    try:
        day = date.fromisoformat("-".join(part.zfill(2) for part in reversed(parts)))
    except ValueError:
        raise UnreadableInstantError(message("typed.bad_day", text=text.strip()[:60])) from None
    _check_year(day.year, text)
    return day


def _check_year(year: int, text: str) -> None:
    if year not in YEARS:
        first, last = str(YEARS[0]), str(YEARS[-1])
        raise UnreadableInstantError(
            message("typed.year_out_of_range", value=text.strip()[:60], first=first, last=last)
        )
