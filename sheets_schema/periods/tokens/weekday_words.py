"""Weekdays among tokens: "thứ 2", "thứ 2, 4, 6", and "T7" distinguished from a month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sheets_schema.periods.tokens.token_repair import is_day_and_month, is_figure, tag_at
from sheets_schema.periods.tokens.tokenizer import TimeToken
from sheets_schema.periods.words.tags import Tag

_WEEKDAY_NEIGHBOURS = frozenset({Tag.WEEKDAY, Tag.EVERY})


def name_weekdays(tokens: Sequence[TimeToken]) -> list[TimeToken]:
    """Read "thứ 2" as Monday, and "T7" as Saturday where it cannot be July."""
    named: list[TimeToken] = []
    at = 0
    while at < len(tokens):
        if _continues_weeks(tokens, at, named):
            number = tokens[at + 1] if tokens[at].tag is Tag.NTH else tokens[at]
            value = number.value + (2 if number.tag is Tag.WEEKDAY else 0)
            named.append(replace(number, tag=Tag.NUMBER, text=str(value), value=value))
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
        listed += [mark, replace(number, tag=Tag.WEEKDAY, value=number.value - 2)]
        at += 2
    return [] if tag_at(tokens, at) in _WEEKDAY_STOPS else listed


_WEEKDAY_JOINS = frozenset({Tag.COMMA, Tag.AND, Tag.DASH, Tag.TO})
_WEEKDAY_STOPS = frozenset({Tag.SLASH, Tag.DOT, Tag.MONTH, Tag.LETTER_T, Tag.COUNT, Tag.NUMBER})


def _weekday_by_company(tokens: Sequence[TimeToken], at: int, before: Sequence[TimeToken]) -> bool:
    after = at + 2
    if tag_at(tokens, after) in (Tag.COMMA, Tag.DASH, Tag.AND, Tag.OPEN, Tag.TO):
        after += 1
    nearby = tag_at(tokens, after)
    if nearby in _WEEKDAY_NEIGHBOURS or nearby is Tag.DAY or is_day_and_month(tokens, after):
        return True
    if nearby is Tag.LETTER_T and after > at + 2:
        return _is_weekday(tokens, after, ())
    previous = [token.tag for token in before[-2:]]
    inside = previous[-1:] == [Tag.OPEN] and tag_at(tokens, at + 2) is Tag.CLOSE
    return inside or Tag.WEEKDAY in previous or previous[-1:] == [Tag.EACH]
