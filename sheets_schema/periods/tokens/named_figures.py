"""Figures that are names and no dates: Quốc lộ 31, Quảng trường 3/2, lớp K12, trực 24/7."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sheets_schema.periods.moments import PLAUSIBLE_YEARS
from sheets_schema.periods.period_records import Calendar
from sheets_schema.periods.tokens.time_token import TimeToken
from sheets_schema.periods.tokens.token_repair import SEPARATORS, has_any, is_figure, tag_at
from sheets_schema.periods.words.tags import Tag

_SITES = frozenset({Tag.SITE, Tag.NUMBERED})
_NAMED = _SITES | {Tag.WORD, Tag.COUNT}  # without one of these no figure is a name
_NAMING = _NAMED | {Tag.NUMBER}
_PAUSES = frozenset({Tag.COMMA, Tag.BREAK, Tag.COLON, Tag.DASH, Tag.DOT, Tag.OPEN})
_LETTERS = frozenset({Tag.WORD, Tag.LETTER_T, Tag.WEEKDAY, Tag.COUNT})
_RUN = _LETTERS | SEPARATORS | {Tag.NUMBER, Tag.AND}
_TIME_WORDS = frozenset({Tag.DAY, Tag.FROM, Tag.HOUR, Tag.SESSION, Tag.WEEKDAY})
_VOWELS = frozenset("aeiouyăâêôơư")
_LONGEST_CODE = 3  # letters or figures; more only in abbreviations
_LEAST_NO_DAY = 100
_CLOCK_FACE = "24"  # hours


def name_figures(tokens: Sequence[TimeToken], calendar: Calendar) -> list[TimeToken]:
    """Make one word of figures that name something, and of "24/7" where it means always."""
    if not has_any(tokens, _NAMED) and not any([token.text == _CLOCK_FACE for token in tokens]):
        return list(tokens)
    named: list[TimeToken] = []
    at = 0
    while at < len(tokens):
        if tokens[at].tag not in _NAMING:  # most tokens
            named.append(tokens[at])
            at += 1
            continue
        tag = _clock_tag(tokens, at, calendar)
        end = at + 3 if tag else _name_end(tokens, at)
        if end > at:
            named.append(_joined(tokens, at, end, tag or Tag.WORD))
        elif tokens[at].tag in _SITES:
            named.append(_joined(tokens, at, at + 1, Tag.WORD))
        else:
            named.append(tokens[at])
        at = max(end, at + 1)
    return named


def _joined(tokens: Sequence[TimeToken], at: int, end: int, tag: Tag) -> TimeToken:
    words = " ".join(token.text for token in tokens[at:end])
    return TimeToken(tag, words, 0, tokens[end - 1].end, tokens[at].start)


def _name_end(tokens: Sequence[TimeToken], at: int) -> int:
    """Return where the name that begins here ends, or where it would begin if there is none."""
    if tokens[at].tag in _SITES or (tokens[at].tag is Tag.COUNT and tokens[at].value):
        return _site_end(tokens, at)
    if _is_glued(tokens, at + 1) and tokens[at + 1].tag not in SEPARATORS:
        return _code_end(tokens, at) or at
    return at + 2 if _is_numbered(tokens, at) else at


# Places and bodies: Quảng trường 3/2, Tiểu đoàn 31, Km 12+500, Lô CN-12


def _site_end(tokens: Sequence[TimeToken], at: int) -> int:
    first = at + 1 + (tag_at(tokens, at + 1) is Tag.LABEL)  # "Trường THPT số 1"
    end = first
    while end < len(tokens) and tokens[end].tag in _RUN and (end == first or _is_glued(tokens, end)):
        end += 1
    while end > first and tokens[end - 1].tag in SEPARATORS | {Tag.AND}:
        end -= 1
    if not _may_have_name(tokens, at) or not _is_name(tokens, first, end):
        return at
    dated = tokens[at].tag is not Tag.SITE and _date_goes_on(tokens, first)
    return at if dated else end


def _is_glued(tokens: Sequence[TimeToken], at: int) -> bool:
    return 0 < at < len(tokens) and tokens[at].start == tokens[at - 1].end


def _may_have_name(tokens: Sequence[TimeToken], at: int) -> bool:
    """Distinguish "Đường 30/4" from "vệ sinh môi trường 15/10", and "Trường 19/5" from "02 trường"."""
    previous = tag_at(tokens, at - 1)
    return not tokens[at].value or previous is None or previous in _PAUSES or previous is Tag.PLACE


def _is_name(tokens: Sequence[TimeToken], at: int, end: int) -> bool:
    figures = [token for token in tokens[at:end] if token.tag is Tag.NUMBER]
    if not figures or any(len(figure.text) == 4 and figure.value in PLAUSIBLE_YEARS for figure in figures):
        return False
    if any(token.tag in _LETTERS for token in tokens[at:end]):
        return True
    return len(figures) == 1 or (len(figures) == 2 and not _year_follows(tokens, end))


def _year_follows(tokens: Sequence[TimeToken], at: int) -> bool:
    if tag_at(tokens, at) in (*SEPARATORS, Tag.COMMA, Tag.YEAR):
        at += 1
    return is_figure(tokens, at) and len(tokens[at].text) == 4


# Codes: K12, 9A1, A2; and figures too great for a day: Phòng 203


def _code_end(tokens: Sequence[TimeToken], at: int) -> int:
    """Return where letters and figures typed in one word end, 0 if none begin here."""
    if tokens[at].tag is Tag.NUMBER and _is_glued(tokens, at) and tokens[at - 1].tag in SEPARATORS:
        return 0
    end = at + 1
    while _is_glued(tokens, end) and tokens[end].tag in (Tag.WORD, Tag.COUNT, Tag.NUMBER):
        end += 1
    parts = tokens[at:end]
    mixed = any(part.tag is Tag.NUMBER for part in parts) and any(part.tag is not Tag.NUMBER for part in parts)
    short = all(len(part.text) <= _LONGEST_CODE or _VOWELS.isdisjoint(part.text) for part in parts)
    return end if mixed and short and not _date_goes_on(tokens, end) else 0


def _date_goes_on(tokens: Sequence[TimeToken], at: int) -> bool:
    return tag_at(tokens, at) in SEPARATORS and is_figure(tokens, at + 1)


def _is_numbered(tokens: Sequence[TimeToken], at: int) -> bool:
    """Return True if the number after a word is the word's: "Phòng 203", "May 10, ngày 15/10"."""
    if tokens[at].tag not in (Tag.WORD, Tag.COUNT) or not is_figure(tokens, at + 1):
        return False
    if is_figure(tokens, at - 1) or _date_goes_on(tokens, at + 2):
        return False
    figure = tokens[at + 1]
    if len(figure.text) == 4 and figure.value in PLAUSIBLE_YEARS:
        return False
    if tag_at(tokens, at + 2) is Tag.COMMA and tag_at(tokens, at + 3) in _TIME_WORDS:
        return True
    return figure.value >= _LEAST_NO_DAY and tag_at(tokens, at + 2) in (None, *_PAUSES)


# Round the clock: 24/7, 24/24 giờ

_TO_DATES = frozenset(
    {Tag.DAY, Tag.FROM, Tag.TO, Tag.UNTIL, Tag.BEFORE, Tag.BY, Tag.AFTER, Tag.START, Tag.FINISH,
     Tag.WEEKDAY, Tag.MIDDLE, *SEPARATORS}
)  # fmt: skip
_LISTS = frozenset({Tag.COMMA, Tag.AND, Tag.OR, Tag.BREAK})
_CLOCK = ("7", _CLOCK_FACE)


def _clock_tag(tokens: Sequence[TimeToken], at: int, calendar: Calendar) -> Tag | None:
    if tokens[at].text != _CLOCK_FACE or tag_at(tokens, at + 1) is not Tag.SLASH or at + 2 >= len(tokens):
        return None
    last = tokens[at + 2]
    if last.tag is Tag.HOUR and last.text.startswith(_CLOCK):
        return Tag.ALWAYS
    if last.tag is not Tag.NUMBER or last.text not in _CLOCK:
        return None
    return None if last.text == "7" and _is_date(tokens, at, calendar) else Tag.ALWAYS


def _is_date(tokens: Sequence[TimeToken], at: int, calendar: Calendar) -> bool:
    """Return True if "24/7" is a day of July: a word or another date shows it, or the campaign is then."""
    if tag_at(tokens, at - 1) in _TO_DATES or (tag_at(tokens, at - 1) in _LISTS and is_figure(tokens, at - 2)):
        return True
    after = at + 3
    if tag_at(tokens, after) in _TO_DATES | _LISTS | {Tag.YEAR}:
        after += 1 + (tag_at(tokens, after + 1) is Tag.DAY)
        if is_figure(tokens, after):
            return True
    said = any(token.tag in (Tag.ALWAYS, Tag.EVERY) for token in tokens)
    return not said and calendar.span.start <= date(calendar.year, 7, 24) <= calendar.span.end
