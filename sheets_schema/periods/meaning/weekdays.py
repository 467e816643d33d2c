"""Weekdays beside dates and weekdays that recur: "Chủ nhật, ngày 15/10", "thứ Bảy hằng tuần"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sheets_schema.periods.grammar.cursor import Item
from sheets_schema.periods.moments import Moment, Scale
from sheets_schema.periods.tokens.time_token import TimeToken
from sheets_schema.periods.words.tags import Tag

_JOINS = frozenset({Tag.COMMA, Tag.AND, Tag.OR, Tag.TO, Tag.DASH, Tag.BREAK})
_RANGES = frozenset({Tag.TO, Tag.DASH})
_WEEKEND = 2
_EVERY_ONE = ("các", "những")
_WORKDAYS = {5: (0, 1, 2, 3, 4), 2: (5, 6), 7: tuple(range(7))}


@dataclass(frozen=True, slots=True)
class Weekdays:
    """Weekdays that belong to no single date; `plural` if more than one occurrence is plainly meant."""

    days: tuple[int, ...] = ()
    plural: bool = False
    ranged: bool = False


_NONE = Weekdays()


def take_weekdays(items: Sequence[Item]) -> tuple[list[Item], Weekdays]:
    """Attach weekdays to the dates they are beside and take the others out."""
    if not any(map(_is_weekday, items)):
        return list(items), _NONE
    return _take_free(_attach(items))


def _is_weekday(item: Item | None) -> bool:
    return isinstance(item, TimeToken) and item.tag in (Tag.WEEKDAY, Tag.WORKDAYS)


def _is_tagged(item: Item | None, tags: frozenset[Tag]) -> bool:
    return isinstance(item, TimeToken) and item.tag in tags


def _item(items: Sequence[Item], at: int) -> Item | None:
    return items[at] if 0 <= at < len(items) else None


def _is_day(item: Item | None) -> bool:
    return isinstance(item, Moment) and item.scale is Scale.DAY


def _attach(items: Sequence[Item]) -> list[Item]:
    attached: list[Item] = []
    at = 0
    while at < len(items):
        item = items[at]
        at += 1
        if isinstance(item, TimeToken) and item.tag is Tag.WEEKDAY:
            at = _attach_one(items, at, item, attached)
        else:
            attached.append(item)
    return attached


_BESIDE = frozenset({Tag.COMMA, Tag.DAY})


def _attach_one(items: Sequence[Item], at: int, weekday: TimeToken, attached: list[Item]) -> int:
    """Give a weekday to the date after it, else to the one before; return where to go on."""
    after = at
    while _is_tagged(_item(items, after), _BESIDE):
        after += 1
    following = _item(items, after)
    in_list = attached and _is_weekday(attached[-1])
    listed = len(attached) > 1 and _is_tagged(attached[-1], _JOINS) and _is_weekday(attached[-2])
    beside = bool(attached) and _is_day(attached[-1]) and after > at  # "10/10 thứ Ba, 11/10 thứ Tư"
    if isinstance(following, Moment) and _is_day(following) and not (in_list or listed or beside):
        attached.append(following._replace(weekdays=(weekday.value,)))
        return after + 1
    previous = len(attached) - 1 - _is_tagged(_item(attached, len(attached) - 1), frozenset({Tag.COMMA}))
    before = _item(attached, previous)
    if isinstance(before, Moment) and _is_day(before) and not _is_weekday(_item(items, at + 1)):
        del attached[previous:]
        attached.append(before._replace(weekdays=(*before.weekdays, weekday.value)))
    else:
        attached.append(weekday)
    return at


def _take_free(items: Sequence[Item]) -> tuple[list[Item], Weekdays]:
    kept: list[Item] = []
    days: list[int] = []
    plural = ranged = False
    at = 0
    while at < len(items):
        item = items[at]
        if not isinstance(item, TimeToken) or item.tag not in (Tag.WEEKDAY, Tag.WORKDAYS):
            kept.append(item)
            at += 1
            continue
        plural = (
            plural
            or (item.tag is Tag.WORKDAYS and (item.value != _WEEKEND or item.text.startswith(_EVERY_ONE)))
            or any(_is_tagged(it, _EACH) for it in kept[-2:])
        )
        if ranged_here := _ends_range(items, at):
            days += range(item.value, ranged_here.value + 1)
            ranged = True
            if kept and _is_tagged(kept[-1], frozenset({Tag.FROM})):
                kept.pop()
            at += 3
        else:
            days += _WORKDAYS[item.value] if item.tag is Tag.WORKDAYS else (item.value,)
            at += 1
        at += _is_tagged(_item(items, at), _JOINS) and _is_weekday(_item(items, at + 1))
    return kept, Weekdays(tuple(sorted(set(days))), plural or ranged, ranged)


_EACH = frozenset({Tag.EACH})


def _ends_range(items: Sequence[Item], at: int) -> TimeToken | None:
    last = _item(items, at + 2)
    joined = _is_tagged(_item(items, at + 1), _RANGES)
    return last if joined and isinstance(last, TimeToken) and last.tag is Tag.WEEKDAY else None


def occurrences(start: date, end: date, days: Sequence[int]) -> tuple[date, date] | None:
    """Return the first and last of these weekdays between two days, None if there is none."""
    span = min((end - start).days, 6)
    first = next((start + timedelta(n) for n in range(span + 1) if (start + timedelta(n)).weekday() in days), None)
    last = next((end - timedelta(n) for n in range(span + 1) if (end - timedelta(n)).weekday() in days), None)
    return None if first is None or last is None else (first, last)
