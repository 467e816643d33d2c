"""Weekdays among tokens: "thứ 2", "thứ 2, 4, 6", and "T7" told from a month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sheets_schema.periods.tokens.token_repair import is_day_and_month, is_figure, kind_at
from sheets_schema.periods.tokens.tokenizer import Token
from sheets_schema.periods.words.kinds import Kind

_WEEKDAY_NEIGHBOURS = frozenset({Kind.WEEKDAY, Kind.EVERY})


def name_weekdays(tokens: Sequence[Token]) -> list[Token]:
    """Read "thứ 2" as Monday, and "T7" as Saturday where it cannot be July."""
    named: list[Token] = []
    at = 0
    while at < len(tokens):
        if _continues_weeks(tokens, at, named):
            number = tokens[at + 1] if tokens[at].kind is Kind.NTH else tokens[at]
            value = number.value + (2 if number.kind is Kind.WEEKDAY else 0)
            named.append(replace(number, kind=Kind.NUMBER, text=str(value), value=value))
            at += 2 if tokens[at].kind is Kind.NTH else 1
        elif _is_weekday(tokens, at, named):
            number = tokens[at + 1]
            words = f"{tokens[at].text} {number.text}"
            named.append(Token(Kind.WEEKDAY, words, number.value - 2, number.end, tokens[at].start))
            listed = _listed_weekdays(tokens, at + 2) if tokens[at].kind is Kind.NTH else []
            named.extend(listed)
            at += 2 + len(listed)
        else:
            named.append(tokens[at])
            at += 1
    return named


def _continues_weeks(tokens: Sequence[Token], at: int, before: Sequence[Token]) -> bool:
    """Tell whether "thứ 3" counts weeks: "tuần thứ 2, thứ 3 tháng 10"."""
    if tokens[at].kind is not Kind.WEEKDAY and not (tokens[at].kind is Kind.NTH and is_figure(tokens, at + 1)):
        return False
    if len(before) < 3 or before[-1].kind not in (Kind.COMMA, Kind.AND, Kind.TO, Kind.DASH):
        return False
    return before[-3].kind is Kind.WEEK and before[-3].text.endswith("thứ")


def _is_weekday(tokens: Sequence[Token], at: int, before: Sequence[Token]) -> bool:
    if not is_figure(tokens, at + 1) or not 2 <= tokens[at + 1].value <= 7:
        return False
    if tokens[at].kind is Kind.NTH:
        return True
    return tokens[at].kind is Kind.LETTER_T and _weekday_by_company(tokens, at, before)


def _listed_weekdays(tokens: Sequence[Token], at: int) -> list[Token]:
    """Read what follows "thứ 2" in "thứ 2, 4, 6 hằng tuần": but "thứ 2, 4/10" is one day with its date."""
    listed: list[Token] = []
    while kind_at(tokens, at) in _WEEKDAY_JOINS and is_figure(tokens, at + 1):
        mark, number = tokens[at], tokens[at + 1]
        if len(number.text) > 1 or not 2 <= number.value <= 7:
            return []
        listed += [mark, replace(number, kind=Kind.WEEKDAY, value=number.value - 2)]
        at += 2
    return [] if kind_at(tokens, at) in _WEEKDAY_STOPS else listed


_WEEKDAY_JOINS = frozenset({Kind.COMMA, Kind.AND, Kind.DASH, Kind.TO})
_WEEKDAY_STOPS = frozenset({Kind.SLASH, Kind.DOT, Kind.MONTH, Kind.LETTER_T, Kind.COUNT, Kind.NUMBER})


def _weekday_by_company(tokens: Sequence[Token], at: int, before: Sequence[Token]) -> bool:
    after = at + 2
    if kind_at(tokens, after) in (Kind.COMMA, Kind.DASH, Kind.AND, Kind.OPEN, Kind.TO):
        after += 1
    nearby = kind_at(tokens, after)
    if nearby in _WEEKDAY_NEIGHBOURS or nearby is Kind.DAY or is_day_and_month(tokens, after):
        return True
    if nearby is Kind.LETTER_T and after > at + 2:
        return _is_weekday(tokens, after, ())
    previous = [token.kind for token in before[-2:]]
    inside = previous[-1:] == [Kind.OPEN] and kind_at(tokens, at + 2) is Kind.CLOSE
    return inside or Kind.WEEKDAY in previous or previous[-1:] == [Kind.EACH]
