"""Days of every month: "ngày 15 hằng tháng", "từ 25 đến cuối tháng", "ngày 10 các tháng 9, 10, 11"."""

from __future__ import annotations

from collections.abc import Sequence

from sheets_schema.periods.grammar.cursor import Item
from sheets_schema.periods.moments import CalendarPart, Moment, Scale
from sheets_schema.periods.tokens.time_token import TimeToken
from sheets_schema.periods.words.tags import Tag

EVERY_MONTH = 30


def is_day_of_months(items: Sequence[Item]) -> bool:
    """Return True if a day is one of each of some months: "ngày 10 các tháng 9, 10, 11"."""
    for at, item in enumerate(items[1:-1], 1):
        if not isinstance(item, TimeToken) or item.tag is not Tag.EACH:
            continue
        before, after = items[at - 1], items[at + 1]
        if isinstance(before, Moment) and before.day and not before.is_complete:
            return isinstance(after, Moment) and after.scale is Scale.MONTH
    return False


def is_mere_part(moment: Moment) -> bool:
    """Return True if a part is named without its whole: "cuối tháng" of every month."""
    return moment.part is not None and moment.scale is Scale.NOTHING


_DEADLINES = frozenset(
    {Tag.BEFORE, Tag.BY, Tag.UNTIL, Tag.TO, Tag.AFTER, Tag.DAY, Tag.FROM, Tag.DASH, Tag.AND, Tag.COMMA}
)
_LINKS = frozenset({Tag.DASH, Tag.TO, Tag.UNTIL, Tag.AND, Tag.COMMA, Tag.DAY})


def _leads_to_date(items: Sequence[Item], at: int) -> bool:
    """Return True if a bare day is the beginning of a date: the "01" of "hàng ngày từ 01 - 31/10"."""
    linked = False
    for item in items[at + 1 :]:
        if isinstance(item, Moment):
            if not linked or item.scale is not Scale.DAY:
                return False
            if item.is_complete:
                return True
            linked = False
        elif item.tag in _LINKS:
            linked = True
        else:
            return False
    return False


LAST_DAY = 32  # the last of a month, however many it has


def days_of_month(loose: Sequence[Moment]) -> tuple[int, ...]:
    """Return the days of every month among what recurs by itself."""
    days = [moment.day for moment in loose if moment.day is not None and not moment.lunar]
    if days and any(is_mere_part(moment) and moment.part is CalendarPart.LATE for moment in loose):
        days.append(LAST_DAY)
    return tuple(days)


def without_loose(items: Sequence[Item]) -> tuple[list[Item], tuple[Moment, ...]]:
    """Take out what recurs by itself: "ngày 15" of "ngày 15 hằng tháng"."""
    kept: list[Item] = []
    loose: list[Moment] = []
    for at, item in enumerate(items):
        if not isinstance(item, Moment) or item.is_complete or _leads_to_date(items, at):
            kept.append(item)
            continue
        loose.append(item)
        while kept and isinstance(kept[-1], TimeToken) and kept[-1].tag in _DEADLINES:
            kept.pop()  # "trước ngày 25 hằng tháng"
    return kept, tuple(loose)
