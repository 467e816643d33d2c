"""Moments found among tokens: one small rule for each way to begin one, chosen by a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sheets_schema.campaign import Window
from sheets_schema.periods.counts import UNCOUNTABLE, count_of, duration, each, quantity
from sheets_schema.periods.figures import iso_day, month_and_year, numeric, separated, three_figures, two_figures
from sheets_schema.periods.lexicon import Kind
from sheets_schema.periods.moments import LAST_WEEK, Moment, Part, Scale, Unit, is_real_day
from sheets_schema.periods.preparation import is_figure
from sheets_schema.periods.records import Calendar
from sheets_schema.periods.scan import (
    PARTS,
    UNITS,
    Found,
    Item,
    Rule,
    Scan,
    read_figure,
    year_after,
    year_figure,
)
from sheets_schema.periods.tokens import Token


def find_moments(tokens: Sequence[Token], text: str, calendar: Calendar) -> list[Item]:
    """Replace the tokens that make a moment by that moment, wherever one begins."""
    has_month = any(token.kind in (Kind.MONTH, Kind.SLASH, Kind.LETTER_T) for token in tokens)
    scan = Scan(tokens, text, calendar, has_month)
    items: list[Item] = []
    at = 0
    while at < len(tokens):
        found = find_item(scan, at)
        if found is None:
            items.append(tokens[at])
            at += 1
        else:
            items.append(found[0])
            at = found[1]
    return items


def find_item(scan: Scan, at: int) -> Found | None:
    """Return what begins here with where it ends, or None if no rule holds."""
    kind = scan.kind(at)
    for rule in _RULES.get(kind, ()) if kind is not None else ():
        found = rule(scan, at)
        if found is not None:
            return found
    return None


def _counted_part(scan: Scan, at: int) -> Found | None:
    """Read "6 tháng đầu năm 2023", "10 ngày cuối tháng 10"."""
    named = scan.kind(at + 1) or Kind.WORD
    unit = Unit.MONTHS if named is Kind.QUARTER else UNITS.get(named)
    part = PARTS.get(scan.kind(at + 2) or Kind.WORD)
    count = count_of(scan, at) * (3 if named is Kind.QUARTER else 1)
    if unit is None or part is None or not 0 < count < UNCOUNTABLE:
        return None
    found = _container(scan, at + 3)
    if found is None or part is Part.MIDDLE:
        return None
    whole, end = found
    return replace(whole, text=scan.words(at, end), part=part, count=count, unit=unit), end


# Days: ngày 15 tháng 10 năm 2023, 15 tháng 10


def _day(scan: Scan, at: int) -> Found | None:
    first = at + 1
    while scan.kind(first) in (Kind.DAY, Kind.COLON):
        first += 1
    if is_figure(scan.tokens, first):
        numeric = three_figures(scan, first) or two_figures(scan, first)
        if numeric is not None and isinstance(numeric[0], Moment):
            return replace(numeric[0], keyworded=True), numeric[1]
    figure = read_figure(scan, first)
    if figure is None:
        return None
    return _day_of(scan, first, figure) or (
        Moment(scan.words(at, figure[1]), day=figure[0], keyworded=True),
        figure[1],
    )


def _day_of(scan: Scan, at: int, figure: tuple[int, int]) -> Found | None:
    """Read the month that follows a day, if one does."""
    day, end = figure
    end += scan.kind(end) in (Kind.COMMA, Kind.SLASH, Kind.DASH) and _names_month(scan, end + 1)
    if not _names_month(scan, end):
        return None
    month = read_figure(scan, end + 1)
    if month is None:
        return None
    year, after = year_after(scan, month[1])
    return Moment(scan.words(at, after), day=day, month=month[0], year=year, keyworded=True), after


def _names_month(scan: Scan, at: int) -> bool:
    return scan.kind(at) in (Kind.MONTH, Kind.LETTER_T)


def _day_without_word(scan: Scan, at: int) -> Found | None:
    """Read "15 tháng 10"; but "3 tháng 9, 10, 11" counts the months that follow."""
    if len(scan.tokens[at].text) > 2 or _counts_months(scan, at):
        return None
    if _continues_weeks(scan, at):
        return _in_month(scan, at, (scan.tokens[at].value, at + 1))
    return _day_of(scan, at, (scan.tokens[at].value, at + 1))


def _continues_weeks(scan: Scan, at: int) -> bool:
    """Tell whether this is the last of some weeks: "tuần 1, 2 tháng 10"."""
    before = at - 1
    while scan.kind(before) in (Kind.NUMBER, Kind.COMMA, Kind.AND, Kind.DASH, Kind.TO):
        before -= 1
    return before < at - 1 and scan.kind(before) is Kind.WEEK and scan.kind(at + 1) is Kind.MONTH


def _counts_months(scan: Scan, at: int) -> bool:
    if scan.kind(at + 1) is not Kind.MONTH or scan.tokens[at].value < 2:
        return False
    listed, index = 0, at + 2
    while is_figure(scan.tokens, index):
        listed += 1
        index += 1
        while scan.kind(index) in (Kind.COMMA, Kind.AND) and is_figure(scan.tokens, index + 1):
            index += 1
    return listed == scan.tokens[at].value


# Months, quarters, weeks, years


def _month(scan: Scan, at: int) -> Found | None:
    first = at + 1
    while scan.kind(first) in (Kind.COLON, Kind.DOT, Kind.MONTH):
        first += 1
    if is_figure(scan.tokens, first):
        full = three_figures(scan, first)
        if full is not None:
            return full
    figure = read_figure(scan, first)
    if figure is None or _is_frequency(scan, figure[1]):
        return None
    if scan.tokens[first].text == "năm" and scan.kind(at - 1) is Kind.DAY:
        return None  # "ngày tháng năm" waits to be filled in
    month, end = figure
    year, end = year_after(scan, end)
    typo = scan.tokens[at].typo
    return Moment(scan.words(at, end), month=month, year=year, keyworded=True, typo=typo), end


def _is_frequency(scan: Scan, at: int) -> bool:
    return scan.kind(at) in (Kind.COUNT, Kind.LABEL) and not is_figure(scan.tokens, at + 1)


def _frequency(scan: Scan, at: int) -> Found | None:
    """Read "tuần 1 lần", "tháng 2 buổi"."""
    if is_figure(scan.tokens, at + 1) and _is_frequency(scan, at + 2):
        return Token(Kind.EVERY, scan.words(at, at + 3), 7), at + 3
    return None


def _quarter(scan: Scan, at: int) -> Found | None:
    figure = read_figure(scan, at + 1 + (scan.kind(at + 1) in (Kind.COLON, Kind.DOT)))
    if figure is None:
        return None
    year, end = year_after(scan, figure[1])
    if figure[0] > 4:
        return Moment(scan.words(at, end), month=13, year=year, keyworded=True), end
    return Moment(scan.words(at, end), quarter=figure[0], year=year, keyworded=True), end


def _week(scan: Scan, at: int) -> Found | None:
    part = scan.kind(at + 1)
    if part in (Kind.EARLY, Kind.LATE):
        return _in_month(scan, at, (1 if part is Kind.EARLY else LAST_WEEK, at + 2))
    if part is Kind.MIDDLE:
        return _part(scan, at + 1)
    if is_figure(scan.tokens, at + 1) and scan.tokens[at + 1].value > 5 and numeric(scan, at + 1) is not None:
        return None
    figure = read_figure(scan, at + 1)
    if scan.kind(at + 1) is Kind.WEEKDAY:
        figure = scan.tokens[at + 1].value + 2, at + 2  # "tuần thứ hai" was taken for Monday
    if figure is None or (scan.kind(figure[1]) is Kind.DASH and _dates_follow(scan, figure)):
        return None
    return _in_month(scan, at, figure)


def _dates_follow(scan: Scan, figure: tuple[int, int]) -> bool:
    """Tell whether "tuần 01-07/10" gives days, not weeks."""
    value, end = figure
    if not is_figure(scan.tokens, end + 1):
        return value > 5
    last = scan.tokens[end + 1]
    return max(value, last.value) > 5 or last.text.startswith("0")


def _in_month(scan: Scan, at: int, figure: tuple[int, int]) -> Found:
    week, end = figure
    month, year, after = _month_of_week(scan, end)
    if month is None:
        year, after = year_after(scan, end + (scan.kind(end) is Kind.MONTH))
    return Moment(scan.words(at, after), week=week, month=month, year=year, keyworded=True), after


def _month_of_week(scan: Scan, at: int) -> tuple[int | None, int | None, int]:
    after = at + (scan.kind(at) in (Kind.COMMA, Kind.SLASH, Kind.DASH))
    if scan.kind(after) is Kind.CAMPAIGN:
        return scan.calendar.span.start.month, scan.calendar.span.start.year, after + 1
    if _names_month(scan, after):
        figure = read_figure(scan, after + 1)
        if figure is not None:
            return (figure[0], *year_after(scan, figure[1]))
    if scan.kind(at) is Kind.SLASH and is_figure(scan.tokens, after) and len(scan.tokens[after].text) <= 2:
        return (scan.tokens[after].value, *year_after(scan, after + 1))
    found = month_and_year(scan, after) if separated(scan, after) else None
    if found is not None and isinstance(found[0], Moment):
        return found[0].month, found[0].year, found[1]
    return None, None, at


def _year(scan: Scan, at: int) -> Found | None:
    year = year_figure(scan, at + 1)
    if year is not None:
        return Moment(scan.words(at, at + 2), year=year, firm=False, keyworded=True), at + 2
    if scan.kind(at - 1) is Kind.UNTIL:
        return Moment(scan.words(at, at + 1), this_year=True, keyworded=True), at + 1
    return None


def _this_year(scan: Scan, at: int) -> Found | None:
    year = year_figure(scan, at + 1)
    end = at + 1 if year is None else at + 2
    return Moment(scan.words(at, end), year=year, this_year=True, keyworded=True), end


# Parts: đầu tháng 9, nửa cuối quý IV, giữa năm


def _part(scan: Scan, at: int) -> Found | None:
    part = PARTS[scan.tokens[at].kind]
    found = _container(scan, at + 1)
    if found is None:
        return _part_alone(scan, at, part)
    whole, end = found
    return replace(whole, text=scan.words(at, end), part=part, firm=True), end


def _part_alone(scan: Scan, at: int, part: Part) -> Found | None:
    """Read a part whose whole is named elsewhere: "từ giữa đến cuối tháng 10", "đầu tháng" of each month."""
    if scan.kind(at + 1) is Kind.WEEK:
        weekend = part is Part.LATE
        words = scan.words(at, at + 2)
        return (Token(Kind.WORKDAYS, words, 2) if weekend else Token(Kind.EVERY, words, 7)), at + 2
    if scan.kind(at + 1) is Kind.EVERY:
        return Token(Kind.EVERY, scan.words(at, at + 2), 30), at + 2
    end = at + 1 + (scan.kind(at + 1) in (Kind.MONTH, Kind.QUARTER))
    return Moment(scan.words(at, end), part=part), end


def _half(scan: Scan, at: int) -> Found | None:
    after = at + 1 + (scan.kind(at + 1) is Kind.MONTH)
    halves = {Kind.EARLY: Part.FIRST_HALF, Kind.LATE: Part.SECOND_HALF, Kind.AFTER: Part.SECOND_HALF}
    part = halves.get(scan.kind(after) or Kind.WORD)
    if part is None:
        return None
    found = _container(scan, after + 1)
    if found is None:
        return Moment(scan.words(at, after + 1), part=part), after + 1
    return replace(found[0], text=scan.words(at, found[1]), part=part, firm=True), found[1]


def _container(scan: Scan, at: int) -> tuple[Moment, int] | None:
    """Read the month, quarter, year, week or campaign a part is of."""
    kind = scan.kind(at)
    if kind is Kind.NUMBER:
        found = two_figures(scan, at)
    elif kind is Kind.YEAR and year_figure(scan, at + 1) is None:
        found = Moment(scan.words(at, at + 1), this_year=True), at + 1
    else:
        rule = _CONTAINERS.get(kind or Kind.WORD)
        found = rule(scan, at) if rule is not None else None
    if found is None or not isinstance(found[0], Moment) or found[0].scale is Scale.DAY:
        return None
    return found[0], found[1]


# Named spans and days


def _campaign(scan: Scan, at: int) -> Found:
    year, end = year_after(scan, at + 1)
    span = scan.calendar.span
    if year is not None and year != scan.calendar.year:
        span = _moved(span, year - scan.calendar.year)
    return Moment(scan.words(at, end), span=span), end


def _moved(span: Window, years: int) -> Window:
    def moved(day: date) -> date:
        last = 29 if is_real_day(day.year + years, 2, 29) else 28
        return day.replace(year=day.year + years, day=min(day.day, last) if day.month == 2 else day.day)

    return Window(moved(span.start), moved(span.end))


def _named_day(scan: Scan, at: int) -> Found | None:
    value = scan.tokens[at].value
    after = at + 1 + (scan.kind(at + 1) is Kind.COMMA)
    dated = find_item(scan, after) if scan.kind(after) in (Kind.NUMBER, Kind.DAY, Kind.ISO) else None
    if dated is not None and isinstance(dated[0], Moment) and dated[0].scale is Scale.DAY:
        return dated
    year, end = year_after(scan, at + 1)
    return Moment(scan.words(at, end), day=value % 100, month=value // 100, year=year, keyworded=True), end


_CONTAINERS: dict[Kind, Rule] = {
    Kind.MONTH: _month,
    Kind.LETTER_T: _month,
    Kind.QUARTER: _quarter,
    Kind.YEAR: _year,
    Kind.THIS_YEAR: _this_year,
    Kind.WEEK: _week,
    Kind.CAMPAIGN: _campaign,
}
_RULES: dict[Kind, tuple[Rule, ...]] = {
    Kind.NUMBER: (_counted_part, numeric, _day_without_word, quantity),
    Kind.WORD: (_counted_part, duration),
    Kind.EACH: (each,),
    Kind.ISO: (iso_day,),
    Kind.DAY: (_day,),
    Kind.MONTH: (_month, _frequency),
    Kind.LETTER_T: (_month,),
    Kind.QUARTER: (_quarter,),
    Kind.WEEK: (_frequency, _week),
    Kind.YEAR: (_year,),
    Kind.THIS_YEAR: (_this_year,),
    Kind.EARLY: (_part,),
    Kind.MIDDLE: (_part,),
    Kind.LATE: (_part,),
    Kind.HALF: (_half,),
    Kind.CAMPAIGN: (_campaign,),
    Kind.NAMED_DAY: (_named_day,),
}
