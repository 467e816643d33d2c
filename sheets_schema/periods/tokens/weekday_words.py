"""Weekdays among tokens: "thứ 2", "thứ 2, 4, 6", and "T7" distinguished from a month."""

from __future__ import annotations

from collections.abc import Sequence

from sheets_schema.periods.tokens.time_token import TimeToken
from sheets_schema.periods.tokens.token_repair import has_any, is_day_and_month, is_figure, tag_at
from sheets_schema.periods.words.tags import Tag

_WEEKDAY_WORDS = frozenset({Tag.WEEKDAY, Tag.NTH, Tag.LETTER_T})
_WEEKDAY_NEIGHBOURS = frozenset({Tag.WEEKDAY, Tag.EVERY})


def name_weekdays(tokens: Sequence[TimeToken]) -> list[TimeToken]:
    """Read "thứ 2" as Monday, and "T7" as Saturday where it cannot be July."""
    if not has_any(tokens, _WEEKDAY_WORDS):
        return list(tokens)
    named: list[TimeToken] = []
    at = 0
    while at < len(tokens):
        if _continues_weeks(tokens, at, named):
            number = tokens[at + 1] if tokens[at].tag is Tag.NTH else tokens[at]
            value = number.value + (2 if number.tag is Tag.WEEKDAY else 0)
            named.append(number._replace(tag=Tag.NUMBER, text=str(value), value=value))
            at += 2 if tokens[at].tag is Tag.NTH else 1
        elif _is_weekday(tokens, at, named):
            number = tokens[at + 1]
            words = f"{tokens[at].text} {number.text}"
            named.append(TimeToken(Tag.WEEKDAY, words, number.value - 2, number.end, tokens[at].start))
            listed = _listed_weekdays(tokens, at + 2) if tokens[at].tag is Tag.NTH else []
            named.extend(listed)
            at += 2 + len(listed)
        else:
            named.append(tokens[at])
            at += 1
    return named


def _continues_weeks(tokens: Sequence[TimeToken], at: int, before: Sequence[TimeToken]) -> bool:
    """Return True if "thứ 3" counts weeks: "tuần thứ 2, thứ 3 tháng 10"."""
    if tokens[at].tag is not Tag.WEEKDAY and not (tokens[at].tag is Tag.NTH and is_figure(tokens, at + 1)):
        return False
    if len(before) < 3 or before[-1].tag not in (Tag.COMMA, Tag.AND, Tag.TO, Tag.DASH):
        return False
    return before[-3].tag is Tag.WEEK and before[-3].text.endswith("thứ")


def _is_weekday(tokens: Sequence[TimeToken], at: int, before: Sequence[TimeToken]) -> bool:
    if not is_figure(tokens, at + 1) or not 2 <= tokens[at + 1].value <= 7:
        return False
    if tokens[at].tag is Tag.NTH:
        return True
    return tokens[at].tag is Tag.LETTER_T and _weekday_by_company(tokens, at, before)


def _listed_weekdays(tokens: Sequence[TimeToken], at: int) -> list[TimeToken]:
    """Read what follows "thứ 2" in "thứ 2, 4, 6 hằng tuần": but "thứ 2, 4/10" is one day with its date."""
    listed: list[TimeToken] = []
    while tag_at(tokens, at) in _WEEKDAY_JOINS and is_figure(tokens, at + 1):
        mark, number = tokens[at], tokens[at + 1]
        if len(number.text) > 1 or not 2 <= number.value <= 7:
            return []
        listed += [mark, number._replace(tag=Tag.WEEKDAY, value=number.value - 2)]
        at += 2
    return [] if tag_at(tokens, at) in _WEEKDAY_STOPS else listed


_SUNDAY = 6
_ORDINAL_JOINS = frozenset({Tag.COMMA, Tag.AND})
_WHOLES = frozenset({Tag.MONTH, Tag.LETTER_T, Tag.QUARTER, Tag.YEAR, Tag.CAMPAIGN})
_MONTHLY = 30
_WEEKDAY = frozenset({Tag.WEEKDAY})


def name_nth_weekdays(tokens: Sequence[TimeToken]) -> list[TimeToken]:
    """Read "thứ Bảy thứ hai (và thứ tư) của tháng 10" as the second and the fourth Saturday of a month."""
    if not has_any(tokens, _WEEKDAY):
        return list(tokens)
    named: list[TimeToken] = []
    at = 0
    while at < len(tokens):
        counted, end = _counted_weekday(tokens, at) if tokens[at].tag is Tag.WEEKDAY else ([], at)
        if counted:
            named.extend(counted)
            at = end
        else:
            named.append(tokens[at])
            at += 1
    return named


def _counted_weekday(tokens: Sequence[TimeToken], at: int) -> tuple[list[TimeToken], int]:
    weekday = tokens[at]
    found: list[TimeToken] = []
    nth, end = _ordinal(tokens, at + 1)
    while nth:
        last = tokens[end - 1]
        words = TimeToken(Tag.NTH_WEEKDAY, last.text, 10 * nth + weekday.value, last.end, weekday.start)
        found.append(words if not found else words._replace(start=last.start))
        nth, after = _ordinal(tokens, end + 1) if tag_at(tokens, end) in _ORDINAL_JOINS else (0, end)
        if nth:
            found.append(tokens[end])
            end = after
    return (found, end) if _is_of_month(tokens, end) else ([], at)


def _ordinal(tokens: Sequence[TimeToken], at: int) -> tuple[int, int]:
    """Return the number an ordinal here gives, 0 if there is none, and where it ends."""
    tag = tag_at(tokens, at)
    if tag is Tag.ORDINAL:
        return tokens[at].value, at + 1
    if tag is Tag.WEEKDAY and tokens[at].value != _SUNDAY:
        return tokens[at].value + 2, at + 1  # "thứ hai" was taken for Monday
    return (tokens[at + 1].value, at + 2) if tag is Tag.NTH and is_figure(tokens, at + 1) else (0, at)


def _is_of_month(tokens: Sequence[TimeToken], at: int) -> bool:
    return tag_at(tokens, at) in _WHOLES or (tag_at(tokens, at) is Tag.EVERY and tokens[at].value == _MONTHLY)


_WEEKDAY_JOINS = frozenset({Tag.COMMA, Tag.AND, Tag.DASH, Tag.TO})
_WEEKDAY_PAUSES = _WEEKDAY_JOINS | {Tag.OPEN, Tag.BREAK}
_WEEKDAY_STOPS = frozenset({Tag.SLASH, Tag.DOT, Tag.MONTH, Tag.LETTER_T, Tag.COUNT, Tag.NUMBER})


def _weekday_by_company(tokens: Sequence[TimeToken], at: int, before: Sequence[TimeToken]) -> bool:
    after = at + 2
    if tag_at(tokens, after) in _WEEKDAY_PAUSES:
        after += 1
    nearby = tag_at(tokens, after)
    if nearby in _WEEKDAY_NEIGHBOURS or nearby is Tag.DAY or is_day_and_month(tokens, after):
        return True
    if is_figure(tokens, after) and tag_at(tokens, after + 1) is Tag.MONTH and is_figure(tokens, after + 2):
        return True  # "T2, 16 tháng 10"
    if nearby is Tag.LETTER_T and after > at + 2:
        return _is_weekday(tokens, after, ())
    if nearby is Tag.FROM and tag_at(tokens, at - 1) in (Tag.DASH, Tag.TO) and tag_at(tokens, at - 3) is Tag.LETTER_T:
        return True  # "T2 - T6, từ 02/10 đến 13/10"
    previous = [token.tag for token in before[-2:]]
    inside = previous[-1:] == [Tag.OPEN] and tag_at(tokens, at + 2) is Tag.CLOSE
    return inside or Tag.WEEKDAY in previous or previous[-1:] == [Tag.EACH]
