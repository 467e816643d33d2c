"""Moments found among tokens: one small rule for each way to begin one, chosen by a table."""

from __future__ import annotations

from collections.abc import Sequence

from sheets_schema.periods.grammar.counts import UNCOUNTABLE, count_of, duration, each, quantity
from sheets_schema.periods.grammar.cursor import PARTS, UNITS, Found, Item, Rule, Scan, read_figure, year_after
from sheets_schema.periods.grammar.lunar_days import full_moon, lunar_day, lunar_month
from sheets_schema.periods.grammar.months_and_parts import (
    in_month,
    is_frequency,
    names_month,
    read_campaign,
    read_container,
    read_frequency,
    read_half,
    read_month,
    read_part,
    read_quarter,
    read_school_year,
    read_this_year,
    read_week,
    read_year,
)
from sheets_schema.periods.grammar.numeric_dates import (
    english_day,
    iso_day,
    month_and_year,
    numeric,
    separated,
    three_figures,
    two_figures,
)
from sheets_schema.periods.moments import CalendarPart, CalendarUnit, Moment, Scale
from sheets_schema.periods.period_records import Calendar
from sheets_schema.periods.tokens.time_token import TimeToken
from sheets_schema.periods.words.tags import Tag


def find_moments(tokens: Sequence[TimeToken], text: str, calendar: Calendar) -> list[Item]:
    """Replace the tokens that make a moment by that moment, wherever one begins."""
    tags = [token.tag for token in tokens]
    joins_days = not _JOIN_DAYS.isdisjoint(tags) or any([_is_monthly(token) for token in tokens])
    scan = Scan(tokens, text, calendar, joins_days, dict(enumerate(tags)).get)
    items: list[Item] = []
    at = 0
    while at < len(tokens):
        found = find_item(scan, at) if tags[at] in _RULES else None
        if found is None:
            items.append(tokens[at])
            at += 1
        else:
            items.append(found[0])
            at = found[1]
    return items


_JOIN_DAYS = frozenset({Tag.MONTH, Tag.SLASH, Tag.LETTER_T, Tag.LUNAR_MONTH})
_MONTHLY = 30


def _is_monthly(token: TimeToken) -> bool:
    # "từ ngày 01-05 hằng tháng" are days, not 1 May
    return token.tag is Tag.EVERY and token.value == _MONTHLY


def find_item(scan: Scan, at: int) -> Found | None:
    """Return what begins here with where it ends, or None if no rule holds."""
    tag = scan.tag(at)
    for rule in _RULES.get(tag, ()) if tag is not None else ():
        found = rule(scan, at)
        if found is not None:
            return found
    return None


def _counted_part(scan: Scan, at: int) -> Found | None:
    """Read "6 tháng đầu năm 2023", "10 ngày cuối tháng 10"."""
    named = scan.tag(at + 1) or Tag.WORD
    unit = CalendarUnit.MONTHS if named is Tag.QUARTER else UNITS.get(named)
    part = PARTS.get(scan.tag(at + 2) or Tag.WORD)
    if unit is None or part is None:
        return None
    count = count_of(scan, at) * (3 if named is Tag.QUARTER else 1)
    if not 0 < count < UNCOUNTABLE:
        return None
    found = read_container(scan, at + 3)
    if found is None or part is CalendarPart.MIDDLE:
        return None
    whole, end = found
    return whole._replace(text=scan.words(at, end), part=part, number=count, unit=unit), end


# Days: ngày 15 tháng 10 năm 2023, 15 tháng 10


def _day(scan: Scan, at: int) -> Found | None:
    first = at + 1
    while scan.tag(first) in (Tag.DAY, Tag.COLON):
        first += 1
    if scan.is_figure(first):
        numeric = three_figures(scan, first) or two_figures(scan, first)
        if numeric is not None:
            found, end = numeric
            return (found._replace(keyworded=True, other=None) if isinstance(found, Moment) else found), end
    figure = read_figure(scan, first)
    if figure is None:
        return _edge_day(scan, at, first)
    return _day_of(scan, first, figure) or (
        Moment(scan.words(at, figure[1]), day=figure[0], keyworded=True),
        figure[1],
    )


def _edge_day(scan: Scan, at: int, first: int) -> Found | None:
    """Read "ngày cuối cùng của tháng 10", "ngày đầu tiên của quý IV"."""
    part = PARTS.get(scan.tag(first) or Tag.WORD)
    found = read_container(scan, first + 1) if part in (CalendarPart.EARLY, CalendarPart.LATE) else None
    if found is None or found[0].scale not in (Scale.MONTH, Scale.QUARTER, Scale.YEAR) or found[0].part is not None:
        return None
    words = scan.words(at, found[1])
    return found[0]._replace(text=words, part=part, number=1, unit=CalendarUnit.DAYS, firm=True), found[1]


def _blank_day(scan: Scan, at: int) -> Found | None:
    """Read "ngày …/10/2023", "ngày … tháng 10": a day left open in a month that is named."""
    blank = at + (scan.tag(at) is Tag.DAY)
    if scan.tag(blank) is not Tag.BLANK:
        return None
    if names_month(scan, blank + 1) and blank > at:
        found = read_month(scan, blank + 1)
    else:
        found = month_and_year(scan, blank + 2) if _slash_and_figures(scan, blank + 1) else None
    if found is None or not isinstance(found[0], Moment) or found[0].scale is not Scale.MONTH:
        return None
    return found[0]._replace(text=scan.words(at, found[1]), about=True, blank=True), found[1]


def _slash_and_figures(scan: Scan, at: int) -> bool:
    return scan.tag(at) is Tag.SLASH and separated(scan, at + 1)


def _day_of(scan: Scan, at: int, figure: tuple[int, int]) -> Found | None:
    """Read the month that follows a day, if one does."""
    day, end = figure
    end += scan.tag(end) in (Tag.COMMA, Tag.SLASH, Tag.DASH) and names_month(scan, end + 1)
    if scan.tag(end) is Tag.LUNAR_MONTH:
        lunar, after = lunar_month(scan, end)
        return (lunar._replace(text=scan.words(at, after), day=day), after) if isinstance(lunar, Moment) else None
    if not names_month(scan, end):
        return None
    month = read_figure(scan, end + 1)
    if month is None or is_frequency(scan, month[1]):
        return None  # "3 tháng một lần" is no day of January
    year, after = year_after(scan, month[1])
    return Moment(scan.words(at, after), day=day, month=month[0], year=year, keyworded=True), after


def _day_without_word(scan: Scan, at: int) -> Found | None:
    """Read "15 tháng 10"; but "3 tháng 9, 10, 11" counts the months that follow."""
    if len(scan.tokens[at].text) > 2 or _counts_months(scan, at):
        return None
    if _continues_weeks(scan, at):
        return in_month(scan, at, (scan.tokens[at].value, at + 1))
    return _day_of(scan, at, (scan.tokens[at].value, at + 1))


def _continues_weeks(scan: Scan, at: int) -> bool:
    """Return True if this is the last of some weeks: "tuần 1, 2 tháng 10"."""
    before = at - 1
    while scan.tag(before) in (Tag.NUMBER, Tag.COMMA, Tag.AND, Tag.DASH, Tag.TO):
        before -= 1
    return before < at - 1 and scan.tag(before) is Tag.WEEK and names_month(scan, at + 1)


def _counts_months(scan: Scan, at: int) -> bool:
    if scan.tag(at + 1) is not Tag.MONTH or scan.tokens[at].value < 2:
        return False
    listed, index = 0, at + 2
    while scan.is_figure(index):
        listed += 1
        index += 1
        while scan.tag(index) in (Tag.COMMA, Tag.AND) and scan.is_figure(index + 1):
            index += 1
    return listed == scan.tokens[at].value


# Named days


def _named_day(scan: Scan, at: int) -> Found | None:
    dated = _dated_after_name(scan, at)
    if dated is not None:
        return dated
    value = scan.tokens[at].value
    year, end = year_after(scan, at + 1)
    return Moment(scan.words(at, end), day=value % 100, month=value // 100, year=year, keyworded=True), end


def _dated_after_name(scan: Scan, at: int) -> Found | None:
    """Read the date that a named day is given with: "Quốc khánh, ngày 02/9"."""
    after = at + 1 + (scan.tag(at + 1) is Tag.COMMA)
    dated = find_item(scan, after) if scan.tag(after) in (Tag.NUMBER, Tag.DAY, Tag.ISO, Tag.ENGLISH) else None
    return dated if dated is not None and isinstance(dated[0], Moment) and dated[0].scale is Scale.DAY else None


# The second Saturday of October


def _nth_weekday(scan: Scan, at: int) -> Found:
    nth, weekday = divmod(scan.tokens[at].value, 10)
    month, year, end = None, None, at + 1
    if names_month(scan, end):
        figure = read_figure(scan, end + 1)
        if figure is not None:
            month = figure[0]
            year, end = year_after(scan, figure[1])
    words = scan.words(at, end)
    return Moment(words, month=month, year=year, nth=nth, nth_weekday=weekday, keyworded=True), end


_RULES: dict[Tag, tuple[Rule, ...]] = {
    Tag.NUMBER: (_counted_part, numeric, _day_without_word, quantity),
    Tag.WORD: (_counted_part, duration),
    Tag.EACH: (each,),
    Tag.ISO: (iso_day,),
    Tag.ENGLISH: (english_day,),
    Tag.DAY: (_day, _blank_day),
    Tag.MONTH: (read_month, read_frequency),
    Tag.LETTER_T: (read_month,),
    Tag.QUARTER: (read_quarter,),
    Tag.WEEK: (read_frequency, read_week),
    Tag.YEAR: (read_year,),
    Tag.THIS_YEAR: (read_this_year,),
    Tag.EARLY: (read_part,),
    Tag.MIDDLE: (read_part,),
    Tag.LATE: (read_part,),
    Tag.HALF: (read_half,),
    Tag.CAMPAIGN: (read_campaign,),
    Tag.SCHOOL_YEAR: (read_school_year,),
    Tag.BLANK: (_blank_day,),
    Tag.NAMED_DAY: (_named_day,),
    Tag.LUNAR_DAY: (_dated_after_name, lunar_day),
    Tag.LUNAR_MONTH: (lunar_month,),
    Tag.FULL_MOON: (full_moon,),
    Tag.NTH_WEEKDAY: (_nth_weekday,),
}
