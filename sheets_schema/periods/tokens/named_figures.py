"""Figures that are names and no dates: Quốc lộ 31, Quảng trường 3/2, lớp K12, trực 24/7."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sheets_schema.periods.moments import PLAUSIBLE_YEARS
from sheets_schema.periods.period_records import Calendar
from sheets_schema.periods.tokens.token_repair import SEPARATORS, is_figure, kind_at
from sheets_schema.periods.tokens.tokenizer import Token
from sheets_schema.periods.words.kinds import Kind

_SITES = frozenset({Kind.SITE, Kind.NUMBERED})
_NAMING = _SITES | {Kind.WORD, Kind.COUNT, Kind.NUMBER}
_PAUSES = frozenset({Kind.COMMA, Kind.BREAK, Kind.COLON, Kind.DASH, Kind.DOT, Kind.OPEN})
_LETTERS = frozenset({Kind.WORD, Kind.LETTER_T, Kind.WEEKDAY, Kind.COUNT})
_RUN = _LETTERS | SEPARATORS | {Kind.NUMBER, Kind.AND}
_TIME_WORDS = frozenset({Kind.DAY, Kind.FROM, Kind.HOUR, Kind.SESSION, Kind.WEEKDAY})
_VOWELS = frozenset("aeiouyăâêôơư")
_LONGEST_CODE = 3  # letters or figures; more only in abbreviations
_LEAST_NO_DAY = 100


def name_figures(tokens: Sequence[Token], calendar: Calendar) -> list[Token]:
    """Make one word of figures that name something, and of "24/7" where it says always."""
    named: list[Token] = []
    at = 0
    while at < len(tokens):
        if tokens[at].kind not in _NAMING:  # most tokens
            named.append(tokens[at])
            at += 1
            continue
        kind = _clock_kind(tokens, at, calendar)
        end = at + 3 if kind else _name_end(tokens, at)
        if end > at:
            named.append(_joined(tokens, at, end, kind or Kind.WORD))
        elif tokens[at].kind in _SITES:
            named.append(_joined(tokens, at, at + 1, Kind.WORD))
        else:
            named.append(tokens[at])
        at = max(end, at + 1)
    return named


def _joined(tokens: Sequence[Token], at: int, end: int, kind: Kind) -> Token:
    words = " ".join(token.text for token in tokens[at:end])
    return Token(kind, words, 0, tokens[end - 1].end, tokens[at].start)


def _name_end(tokens: Sequence[Token], at: int) -> int:
    """Return where the name that begins here ends, or where it would begin if there is none."""
    if tokens[at].kind in _SITES or (tokens[at].kind is Kind.COUNT and tokens[at].value):
        return _site_end(tokens, at)
    if _is_glued(tokens, at + 1) and tokens[at + 1].kind not in SEPARATORS:
        return _code_end(tokens, at) or at
    return at + 2 if _is_numbered(tokens, at) else at


# Places and bodies: Quảng trường 3/2, Tiểu đoàn 31, Km 12+500, Lô CN-12


def _site_end(tokens: Sequence[Token], at: int) -> int:
    first = at + 1 + (kind_at(tokens, at + 1) is Kind.LABEL)  # "Trường THPT số 1"
    end = first
    while end < len(tokens) and tokens[end].kind in _RUN and (end == first or _is_glued(tokens, end)):
        end += 1
    while end > first and tokens[end - 1].kind in SEPARATORS | {Kind.AND}:
        end -= 1
    if not _may_have_name(tokens, at) or not _is_name(tokens, first, end):
        return at
    dated = tokens[at].kind is not Kind.SITE and _date_goes_on(tokens, first)
    return at if dated else end


def _is_glued(tokens: Sequence[Token], at: int) -> bool:
    return 0 < at < len(tokens) and tokens[at].start == tokens[at - 1].end


def _may_have_name(tokens: Sequence[Token], at: int) -> bool:
    """Tell "Đường 30/4" from "vệ sinh môi trường 15/10", and "Trường 19/5" from "02 trường"."""
    previous = kind_at(tokens, at - 1)
    return not tokens[at].value or previous is None or previous in _PAUSES or previous is Kind.PLACE


def _is_name(tokens: Sequence[Token], at: int, end: int) -> bool:
    figures = [token for token in tokens[at:end] if token.kind is Kind.NUMBER]
    if not figures or any(len(figure.text) == 4 and figure.value in PLAUSIBLE_YEARS for figure in figures):
        return False
    if any(token.kind in _LETTERS for token in tokens[at:end]):
        return True
    return len(figures) == 1 or (len(figures) == 2 and not _year_follows(tokens, end))


def _year_follows(tokens: Sequence[Token], at: int) -> bool:
    if kind_at(tokens, at) in (*SEPARATORS, Kind.COMMA, Kind.YEAR):
        at += 1
    return is_figure(tokens, at) and len(tokens[at].text) == 4


# Codes: K12, 9A1, A2; and figures too great for a day: Phòng 203


def _code_end(tokens: Sequence[Token], at: int) -> int:
    """Return where letters and figures typed in one word end, 0 if none begin here."""
    if tokens[at].kind is Kind.NUMBER and _is_glued(tokens, at) and tokens[at - 1].kind in SEPARATORS:
        return 0
    end = at + 1
    while _is_glued(tokens, end) and tokens[end].kind in (Kind.WORD, Kind.COUNT, Kind.NUMBER):
        end += 1
    parts = tokens[at:end]
    mixed = any(part.kind is Kind.NUMBER for part in parts) and any(part.kind is not Kind.NUMBER for part in parts)
    short = all(len(part.text) <= _LONGEST_CODE or _VOWELS.isdisjoint(part.text) for part in parts)
    return end if mixed and short and not _date_goes_on(tokens, end) else 0


def _date_goes_on(tokens: Sequence[Token], at: int) -> bool:
    return kind_at(tokens, at) in SEPARATORS and is_figure(tokens, at + 1)


def _is_numbered(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether the number after a word is the word's: "Phòng 203", "May 10, ngày 15/10"."""
    if tokens[at].kind not in (Kind.WORD, Kind.COUNT) or not is_figure(tokens, at + 1):
        return False
    if is_figure(tokens, at - 1) or _date_goes_on(tokens, at + 2):
        return False
    figure = tokens[at + 1]
    if len(figure.text) == 4 and figure.value in PLAUSIBLE_YEARS:
        return False
    if kind_at(tokens, at + 2) is Kind.COMMA and kind_at(tokens, at + 3) in _TIME_WORDS:
        return True
    return figure.value >= _LEAST_NO_DAY and kind_at(tokens, at + 2) in (None, *_PAUSES)


# Round the clock: 24/7, 24/24 giờ

_TO_DATES = frozenset(
    {Kind.DAY, Kind.FROM, Kind.TO, Kind.UNTIL, Kind.BEFORE, Kind.BY, Kind.AFTER, Kind.START, Kind.FINISH,
     Kind.WEEKDAY, Kind.MIDDLE, *SEPARATORS}
)  # fmt: skip
_LISTS = frozenset({Kind.COMMA, Kind.AND, Kind.OR, Kind.BREAK})
_CLOCK = ("7", "24")


def _clock_kind(tokens: Sequence[Token], at: int, calendar: Calendar) -> Kind | None:
    if tokens[at].text != "24" or kind_at(tokens, at + 1) is not Kind.SLASH:
        return None
    last = tokens[at + 2] if at + 2 < len(tokens) else tokens[at]
    if last.kind is Kind.HOUR and last.text.startswith(_CLOCK):
        return Kind.ALWAYS
    if last.kind is not Kind.NUMBER or last.text not in _CLOCK:
        return None
    return None if last.text == "7" and _is_date(tokens, at, calendar) else Kind.ALWAYS


def _is_date(tokens: Sequence[Token], at: int, calendar: Calendar) -> bool:
    """Tell whether "24/7" is a day of July: a word or another date says so, or the campaign is then."""
    if kind_at(tokens, at - 1) in _TO_DATES or (kind_at(tokens, at - 1) in _LISTS and is_figure(tokens, at - 2)):
        return True
    after = at + 3
    if kind_at(tokens, after) in _TO_DATES | _LISTS | {Kind.YEAR}:
        after += 1 + (kind_at(tokens, after + 1) is Kind.DAY)
        if is_figure(tokens, after):
            return True
    said = any(token.kind in (Kind.ALWAYS, Kind.EVERY) for token in tokens)
    return not said and calendar.span.start <= date(calendar.year, 7, 24) <= calendar.span.end
