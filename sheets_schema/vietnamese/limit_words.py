"""A limit in a plan's words read as an instant: "trước ngày 30/9/2023", "hết ngày 29/9/2023"."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, tzinfo

from sheets_schema.vietnamese.folding import fold

_DAY = re.compile(r"\b(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})\b")
_LONG_DAY = re.compile(r"\bngày\s+(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4})\b")
_CLOCK = re.compile(r"\b(\d{1,2})\s*(?::|h|giờ)\s*(\d{2})?\b")
_BEFORE = re.compile(r"\btrước\b")
_MIDNIGHT = (24, 0)


def read_limit(words: str, zone: tzinfo) -> datetime | None:
    """Return the instant before which something is on time; None where the words name no day, or more than one.

    "Trước ngày X" ends where day X begins. Every other word for a limit, "hết ngày", "chậm nhất ngày", "đến ngày",
    includes the day it names. With a time of day it is that time.
    """
    text = fold(words)
    days = [*_DAY.finditer(text), *_LONG_DAY.finditer(text)]
    if len(days) != 1:
        return None
    try:
        day = date(int(days[0][3]), int(days[0][2]), int(days[0][1]))
    except ValueError:
        return None
    outside = text[: days[0].start()] + " " + text[days[0].end() :]
    clocks = list(_CLOCK.finditer(outside))
    if len(clocks) > 1:
        return None
    if clocks:
        hour, minute = int(clocks[0][1]), int(clocks[0][2] or 0)
        if (hour, minute) == _MIDNIGHT:
            return datetime.combine(day + timedelta(days=1), time.min, zone)
        if hour > 23 or minute > 59:
            return None
        return datetime.combine(day, time(hour, minute), zone)
    return datetime.combine(day if _BEFORE.search(outside) else day + timedelta(days=1), time.min, zone)
