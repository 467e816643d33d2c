"""The weeks in which activities begin: those of the window; before it, after it, and without a first day."""

from __future__ import annotations

from datetime import date, timedelta

from sheets_schema.campaign import Window

BEFORE, AFTER, UNDATED = "before", "after", "undated"  # beside the Mondays of weeks
WEEK = timedelta(days=7)


def weeks_of(window: Window) -> tuple[str, ...]:
    """Return the keys of the weeks: before the window, the Monday of each week of it, after it, without dates."""
    first = window.start - timedelta(days=window.start.weekday())
    count = (window.end - first).days // 7 + 1
    return (BEFORE, *((first + number * WEEK).isoformat() for number in range(count)), AFTER, UNDATED)


def week_of(starts: date | None, window: Window) -> str:
    """Return the key of the week that an activity begins in."""
    if starts is None:
        return UNDATED
    if starts < window.start:
        return BEFORE
    return AFTER if starts > window.end else (starts - timedelta(days=starts.weekday())).isoformat()
