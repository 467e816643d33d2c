"""Words of a time text that are in no period though they change its days: they are quoted to the unit."""

from __future__ import annotations

from collections.abc import Sequence

from sheets_schema.periods.grammar.cursor import Item
from sheets_schema.periods.meaning.clauses import Parsed
from sheets_schema.periods.moments import Moment
from sheets_schema.periods.tokens.time_token import TimeToken
from sheets_schema.periods.words.tags import Tag

# words of time that change the days and mean little else: left unread they are named
_TELLING = frozenset(
    {Tag.CHANGE, Tag.MONTH, Tag.ORDINAL, Tag.WEEKDAY, Tag.HALF, Tag.THIS_YEAR, Tag.ONWARD, Tag.FULL_MOON}
)
_DOUBTFUL = frozenset("?<>≤≥")
_NOT_TELLING = frozenset({"th", "nhất"})  # of "Th¸ng", "ít nhất"
_ENDING = frozenset({Tag.TO, Tag.UNTIL})


def unread_words(items: Sequence[Item], parsed: Parsed, text: str) -> str:
    """Return the words of time that no phrase used, as typed; blank where there are none."""
    doubtful = _DOUBTFUL.intersection([item.text for item in items if isinstance(item, TimeToken)])
    if doubtful:
        return min(doubtful)
    unended = any([phrase.end is None and not phrase.onward for phrase in parsed.phrases])
    telling = _TELLING | _ENDING if unended else _TELLING
    left = [
        token
        for token in parsed.unread
        if (token.tag in telling and token.text not in _NOT_TELLING) or _is_glued_letter(token, text)
    ]
    if left:
        return text[left[0].start : left[-1].end]
    found = _measured(items) or _denied(items) or _dangling(items)
    return "" if found is None else text[found.start : found.end] or found.text


def _is_glued_letter(token: TimeToken, text: str) -> bool:
    """Return True if a letter was typed into a figure: "15/1O", "K15/10/2023"."""
    if len(token.text) != 1 or not token.text.isalpha():
        return False
    return text[max(token.start - 1, 0) : token.start].isdecimal() or text[token.end : token.end + 1].isdecimal()


_DENIALS = frozenset({"không", "ngoài", "quá", "chưa"})
_DATED = frozenset({Tag.DAY, Tag.TO, Tag.UNTIL})


def _denied(items: Sequence[Item]) -> TimeToken | None:
    """Return what says that a day is not meant: "ngoài ngày 20/10", "chưa đến 20/10"."""
    for at, item in enumerate(items[:-1]):
        after = items[at + 1]
        dated = isinstance(after, Moment) or after.tag in _DATED
        if dated and isinstance(item, TimeToken) and item.tag in (Tag.WORD, Tag.ASIDE) and item.text in _DENIALS:
            return item
    return None


def _dangling(items: Sequence[Item]) -> TimeToken | None:
    """Return what a text ends with that leads to more: "đến", "-", the slash of "từ 20/10 đến 24/"."""
    last = items[-1] if items else None
    if not isinstance(last, TimeToken) or not any(isinstance(item, Moment) for item in items):
        return None
    leads = last.tag in _ENDING or last.tag is Tag.DASH or (last.tag is Tag.SLASH and _is_day_alone(items[-2]))
    return last if leads else None


def _is_day_alone(item: Item) -> bool:
    """Return True if a day is written without its month; it may have its neighbour's."""
    return isinstance(item, Moment) and item.day is not None and (item.month is None or item.text.isdecimal())


_SIDES = frozenset({Tag.BEFORE, Tag.AFTER})


def _measured(items: Sequence[Item]) -> TimeToken | None:
    """Return the distance of "10 ngày trước 15/10", "sau 15/10 một tuần": the day it leads to is not reckoned."""
    for at, item in enumerate(items):
        if not isinstance(item, TimeToken):
            continue
        if item.tag is Tag.WEEKDAY and _is_lone_weekday(items, at):
            return item
        if item.tag is Tag.QUANTITY and item.value and _is_distance(items, at):
            return item
    return None


def _is_distance(items: Sequence[Item], at: int) -> bool:
    after = items[at + 1] if at + 1 < len(items) else None
    return _is_side(after) or (at > 1 and isinstance(items[at - 1], Moment) and _is_side(items[at - 2]))


_RECURRING = frozenset({Tag.EVERY, Tag.EACH, Tag.ALWAYS})


def _is_lone_weekday(items: Sequence[Item], at: int) -> bool:
    """Return True if one weekday is told by a day it is before or after: "thứ Năm trước 20/10"."""
    others = [item for index, item in enumerate(items) if index != at and isinstance(item, TimeToken)]
    if any(other.tag is Tag.WEEKDAY or other.tag in _RECURRING for other in others):
        return False
    following = [item for item in items[at + 1 : at + 4] if not _is_word(item)]
    return bool(following) and _is_side(following[0])


def _is_word(item: Item) -> bool:
    return isinstance(item, TimeToken) and item.tag in (Tag.WORD, Tag.ORDINAL)


def _is_side(item: Item | None) -> bool:
    return isinstance(item, TimeToken) and item.tag in _SIDES


def unused_week(parsed: Parsed, loose: Sequence[Moment]) -> str:
    """Return a week of every month that the days of a bounded time do not follow."""
    return next((moment.text for moment in loose if moment.week is not None), "") if parsed.moments else ""
