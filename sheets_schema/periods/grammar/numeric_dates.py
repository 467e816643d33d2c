"""Dates in figures: 15/10/2023, 15.10, 10/2023, 2023-10-15, and a spreadsheet's day numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from sheets_schema.periods.grammar.counts import is_counted
from sheets_schema.periods.grammar.cursor import Found, Scan, year_after, year_figure
from sheets_schema.periods.moments import Days, Moment, is_real_day
from sheets_schema.periods.tokens.time_token import TimeToken
from sheets_schema.periods.tokens.token_repair import SEPARATORS
from sheets_schema.periods.words.phrases import ENGLISH_MONTHS
from sheets_schema.periods.words.tags import Tag

_LAST_MONTH = 12
_COMMA_DATE = [Tag.NUMBER, Tag.COMMA, Tag.NUMBER, Tag.COMMA, Tag.NUMBER]


def numeric(scan: Scan, at: int) -> Found | None:
    """Read figures with separators as a day, a month of a year, or a year; None for numbers that count."""
    if is_counted(scan, at):
        return None
    return three_figures(scan, at) or two_figures(scan, at) or _bare_year(scan, at)


def separated(scan: Scan, at: int) -> bool:
    """Return True if a figure, a separator and a figure are here as parts of one date."""
    if not (scan.is_figure(at) and scan.tag(at + 1) in SEPARATORS and scan.is_figure(at + 2)):
        return False
    mark, after = scan.tokens[at + 1], scan.tokens[at + 2]
    return mark.tag is not Tag.DOT or after.start == mark.end or (scan.tag(at + 3) is Tag.DOT)


def three_figures(scan: Scan, at: int) -> Found | None:
    """Read "15/10/2023", "2023.10.15", "15-10/2023"; None where the dashes make a range."""
    if not (separated(scan, at) and separated(scan, at + 2)):
        return _comma_date(scan, at)
    if len(scan.tokens[at + 4].text) == 4 and scan.tag(at + 5) is Tag.SLASH and scan.is_figure(at + 6):
        return TimeToken(Tag.REFERENCE, scan.words(at, at + 7)), at + 7  # 15/10/2023/2024 is no date
    one, two, three = (scan.tokens[index] for index in (at, at + 2, at + 4))
    first, second = scan.tokens[at + 1].tag, scan.tokens[at + 3].tag
    if len(one.text) == 4 and max(len(two.text), len(three.text)) <= 2:
        return _dated(scan, (three.value, two.value, one.value), at, at + 5)
    if len(one.text) > 2 or len(two.text) > 2:
        return None
    if Tag.DASH in (first, second) and not _dashes_make_one_date(scan, at, (first, second)):
        return None
    year = _whole_year(three)
    if len(three.text) == 2 and three.value <= _LAST_MONTH:
        return TimeToken(Tag.REFERENCE, scan.words(at, at + 5)), at + 5  # 10/11/12: which of them is the year?
    return _dated(scan, (one.value, two.value, year), at, at + 5)


def _comma_date(scan: Scan, at: int) -> Found | None:
    """Read "15,10,2023": a slip, since three days would end with a day."""
    if [scan.tag(index) for index in range(at, at + 5)] != _COMMA_DATE or year_figure(scan, at + 4) is None:
        return None
    day, month, year = (scan.tokens[index].value for index in (at, at + 2, at + 4))
    found = _dated(scan, (day, month, year), at, at + 5) if is_real_day(year, month, day) else None
    return None if found is None or not isinstance(found[0], Moment) else (found[0]._replace(typo=True), found[1])


def _whole_year(token: TimeToken) -> int:
    return 2000 + token.value if len(token.text) == 2 else token.value if len(token.text) == 4 else 0


def _dashes_make_one_date(scan: Scan, at: int, marks: tuple[Tag, Tag]) -> bool:
    one, two, three = (scan.tokens[index] for index in (at, at + 2, at + 4))
    full = len(three.text) == 4
    if marks == (Tag.DASH, Tag.DASH):
        glued = three.end - one.start == len(one.text) + len(two.text) + len(three.text) + 2
        return full or (len(three.text) == 2 and glued and scan.tag(at + 5) not in SEPARATORS)
    if marks[0] is Tag.DASH:
        # "9-11/2023" are months; "15-10/2023" can only be a day.
        after_day = scan.tag(at - 1) is Tag.DAY
        return full and (after_day or one.value > 12 or one.value >= two.value)
    return full and scan.tag(at + 5) not in SEPARATORS


def _dated(scan: Scan, figures: tuple[int, int, int], at: int, end: int) -> Found | None:
    day, month, year = figures
    words = scan.words(at, end)
    swapped = month > 12 and is_real_day(year, day, month)
    if swapped:
        day, month = month, day
    typo = any([token.typo for token in scan.tokens[at:end]])
    return Moment(words, day=day, month=month, year=year, month_first=swapped, typo=typo), end


def two_figures(scan: Scan, at: int) -> Found | None:
    """Read "15/10", "15.10", "15 - 10", "10/2023"; None where they make a range or are ambiguous."""
    if not separated(scan, at):
        return None
    one, mark, two = scan.tokens[at : at + 3]
    if len(two.text) == 4:
        return month_and_year(scan, at)
    if len(one.text) == 4:
        return _year_and_month(scan, at)
    if len(one.text) > 2 or len(two.text) > 2:
        return None
    if mark.tag is Tag.DASH and not _dash_is_day_and_month(scan, at):
        return None
    return _day_and_month(scan, at)


def month_and_year(scan: Scan, at: int) -> Found | None:
    """Read "10/2023"."""
    one, year = scan.tokens[at], year_figure(scan, at + 2)
    if len(one.text) > 2 or year is None or scan.tag(at + 3) is Tag.SLASH:
        return None
    return Moment(scan.words(at, at + 3), month=one.value, year=year), at + 3


def _year_and_month(scan: Scan, at: int) -> Found | None:
    year, month = year_figure(scan, at), scan.tokens[at + 2]
    if year is None or len(month.text) > 2 or not 1 <= month.value <= 12:
        return None
    return Moment(scan.words(at, at + 3), month=month.value, year=year), at + 3


def _dash_is_day_and_month(scan: Scan, at: int) -> bool:
    if scan.dashes_join_days or scan.tag(at - 1) in (Tag.WEEK, Tag.QUARTER) or _is_whole_date(scan, at + 2):
        return False
    return 1 <= scan.tokens[at + 2].value <= 12 and scan.tag(at + 3) not in (Tag.SLASH, Tag.MONTH)


def _is_whole_date(scan: Scan, at: int) -> bool:
    """Return True if a date with its year begins here, in dots or dashes: then the 1 of "1 - 2.10.2023" is a day."""
    marks = {scan.tag(at + 1), scan.tag(at + 3)}
    figures = all(map(scan.is_figure, (at, at + 2, at + 4)))
    return figures and marks in ({Tag.DOT}, {Tag.DASH}) and len(scan.tokens[at + 4].text) == 4


def _day_and_month(scan: Scan, at: int) -> Found | None:
    day, month = scan.tokens[at].value, scan.tokens[at + 2].value
    if scan.tag(at + 3) is Tag.MONTH and scan.is_figure(at + 4):
        return None  # "1/2 tháng 10" is half of it
    year, end = year_after(scan, at + 3)
    if year is None and 20 <= month <= 31 and day <= 12:
        return None  # "10/23": a month of 2023, or the 23rd: ambiguous
    swapped = month > 12 and 1 <= day <= 12 and is_real_day(year or scan.calendar.year, day, month)
    if swapped:
        day, month = month, day
    typo = scan.tokens[at + 1].typo
    other = _days_of_campaign(scan, at) if end == at + 3 else None
    return Moment(
        scan.words(at, end), day=day, month=month, year=year, month_first=swapped, typo=typo, other=other
    ), end


def _days_of_campaign(scan: Scan, at: int) -> Days | None:
    """Return the days that "5-10" means if it is no date: those of the campaign's month."""
    span = scan.calendar.span
    first, mark, last = scan.tokens[at : at + 3]
    if mark.tag is not Tag.DASH or first.value >= last.value or span.start.month != span.end.month:
        return None
    if not all(is_real_day(span.start.year, span.start.month, figure.value) for figure in (first, last)):
        return None
    return Days(span.start.replace(day=first.value), span.start.replace(day=last.value))


def _bare_year(scan: Scan, at: int) -> Found | None:
    year = year_figure(scan, at)
    if year is None or scan.tag(at + 1) in (Tag.SLASH, Tag.COUNT):
        return None
    return Moment(scan.words(at, at + 1), year=year, firm=False), at + 1


def iso_day(scan: Scan, at: int) -> Found:
    """Read an ISO date, with or without its time."""
    year, month, day = (int(figure) for figure in scan.tokens[at].text[:10].rstrip("t").split("-")[:3])
    end = at + 1 + (scan.tag(at + 1) is Tag.HOUR)
    return Moment(scan.tokens[at].text, day=day, month=month, year=year, iso=True), end


def english_day(scan: Scan, at: int) -> Found:
    """Read "15-Oct-2023" and "Oct 15, 2023", as a program set to English shows a day."""
    words = _ORDINAL_LETTERS.sub("", scan.tokens[at].text)
    day, year = (int(figure) for figure in _FIGURES.findall(words))
    letters = "".join(letter for letter in words if letter.isalpha())
    month = ENGLISH_MONTHS.index(letters[:3]) + 1
    return Moment(words, day=day, month=month, year=year, iso=True), at + 1


_FIGURES = re.compile(r"\d+")
_ORDINAL_LETTERS = re.compile(r"(?<=\d)(?:st|nd|rd|th)")
_EPOCH = date(1899, 12, 30)


_SERIALS = range(36526, 73051)  # 2000 to 2099
_SERIAL_FIGURES = 5


def serial_day(tokens: Sequence[TimeToken]) -> Moment | None:
    """Read a text that is a spreadsheet's day number and nothing else: 45214, 45214.5."""
    if not tokens or tokens[0].tag is not Tag.NUMBER or len(tokens[0].text) != _SERIAL_FIGURES:
        return None  # most texts
    figures = [token for token in tokens if token.tag is Tag.NUMBER]
    others = {token.tag for token in tokens} - {Tag.NUMBER}
    if len(figures) > 2 or (len(figures) == 2) != (len(tokens) == 3) or others - {Tag.DOT, Tag.COMMA}:
        return None
    if figures[0].value not in _SERIALS:
        return None
    day = _EPOCH + timedelta(figures[0].value)
    return Moment(figures[0].text, day=day.day, month=day.month, year=day.year, serial=True)
