"""What every rule reads: the tokens of a text, the numbers among them, the year that may follow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from sheets_schema.periods.moments import PLAUSIBLE_YEARS, CalendarPart, CalendarUnit, Moment
from sheets_schema.periods.period_records import Calendar
from sheets_schema.periods.tokens.time_token import TimeToken
from sheets_schema.periods.tokens.token_repair import SEPARATORS
from sheets_schema.periods.words.phrases import NUMBER_WORDS, ROMAN
from sheets_schema.periods.words.tags import Tag

Item = Moment | TimeToken
Found = tuple[Item, int]
Rule = Callable[["Scan", int], Found | None]

PARTS = {Tag.EARLY: CalendarPart.EARLY, Tag.MIDDLE: CalendarPart.MIDDLE, Tag.LATE: CalendarPart.LATE}
UNITS = {Tag.DAY: CalendarUnit.DAYS, Tag.WEEK: CalendarUnit.WEEKS, Tag.MONTH: CalendarUnit.MONTHS}


class Scan(NamedTuple):
    """The tokens of a text with what the rules ask of the whole of it."""

    tokens: Sequence[TimeToken]
    text: str
    calendar: Calendar
    dashes_join_days: bool  # a slash or a month elsewhere: "5-7" is a range of days, not 5 July
    tag: Callable[[int], Tag | None]  # of a token, None beyond either end

    def is_figure(self, at: int) -> bool:
        """Return True if a number is here."""
        return self.tag(at) is Tag.NUMBER

    def words(self, at: int, to: int) -> str:
        """Return what was typed from one token up to another."""
        return self.text[self.tokens[at].start : self.tokens[to - 1].end]


def figure_of(item: Item) -> int | None:
    """Return the number a single token gives in figures, Roman figures or words."""
    if isinstance(item, Moment):
        return None
    if item.tag is Tag.NUMBER:
        return item.value if len(item.text) <= 2 else None
    if item.tag is Tag.ORDINAL:
        return item.value
    return ROMAN.get(item.text) or NUMBER_WORDS.get(item.text)


def read_figure(scan: Scan, at: int) -> tuple[int, int] | None:
    """Read a number, also in words of several syllables ("mười lăm"), with where it ends."""
    if at >= len(scan.tokens):
        return None
    first = figure_of(scan.tokens[at])
    if first is None or scan.tokens[at].tag is Tag.NUMBER:
        return None if first is None else (first, at + 1)
    return _spoken(scan, at, first)


def _spoken(scan: Scan, at: int, first: int) -> tuple[int, int] | None:
    if scan.tokens[at].text == "năm" and scan.is_figure(at + 1):
        return None  # the year follows
    second = _word_value(scan, at + 1)
    if scan.tokens[at].text == "mười":
        return (first + second, at + 2) if 0 < second < 10 else (first, at + 1)
    if second == 10 and scan.tokens[at + 1].text == "mươi":
        third = _word_value(scan, at + 2)
        return (10 * first + third, at + 3) if 0 < third < 10 else (10 * first, at + 2)
    return first, at + 1


def _word_value(scan: Scan, at: int) -> int:
    if at >= len(scan.tokens) or (scan.tokens[at].text == "năm" and scan.is_figure(at + 1)):
        return 0
    return NUMBER_WORDS.get(scan.tokens[at].text, 0)


def year_figure(scan: Scan, at: int) -> int | None:
    """Return the year four figures say, None if they cannot be one."""
    if not scan.is_figure(at) or len(scan.tokens[at].text) != 4:
        return None
    value = scan.tokens[at].value
    return value if value in PLAUSIBLE_YEARS else None


def year_after(scan: Scan, at: int) -> tuple[int | None, int]:
    """Read the year that may follow a day, month or quarter: "/2023", " năm 2023", ", 2023", "/23"."""
    after = at + 1 if scan.tag(at) in (*SEPARATORS, Tag.COMMA) else at
    if scan.tag(after) is Tag.THIS_YEAR and scan.tokens[after].text == "năm nay":
        return scan.calendar.year, after + 1
    named = scan.tag(after) in (Tag.YEAR, Tag.THIS_YEAR)
    after += named
    year = year_figure(scan, after)
    if year is not None and scan.tag(after + 1) not in (Tag.SLASH,):
        return year, after + 1
    slashed = after > at and scan.tag(at) in (Tag.SLASH, Tag.DOT)
    if (named or slashed) and scan.is_figure(after) and len(scan.tokens[after].text) == 2:
        short = scan.tokens[after].value
        if short > 12 and not (scan.tag(after + 1) in SEPARATORS and scan.is_figure(after + 2)):
            return 2000 + short, after + 1
    return None, at
