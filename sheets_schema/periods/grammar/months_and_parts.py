"""Moments longer than a day, whole or in part: tháng 10, quý IV, tuần 2 tháng 10, nửa cuối năm 2023."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from sheets_schema.campaign import Window
from sheets_schema.periods.grammar.cursor import PARTS, Found, Rule, Scan, read_figure, year_after, year_figure
from sheets_schema.periods.grammar.numeric_dates import month_and_year, numeric, separated, three_figures, two_figures
from sheets_schema.periods.moments import LAST_WEEK, CalendarPart, Days, Moment, Scale, is_real_day
from sheets_schema.periods.tokens.time_token import TimeToken
from sheets_schema.periods.tokens.token_repair import SEPARATORS
from sheets_schema.periods.words.tags import Tag

_LAST_MONTH = 12


def read_month(scan: Scan, at: int) -> Found | None:
    """Read "tháng 10/2023", "T10", "tháng mười"."""
    first = at + 1
    while scan.tag(first) in (Tag.COLON, Tag.DOT, Tag.MONTH):
        first += 1
    if scan.is_figure(first):
        full = three_figures(scan, first)
        if full is not None:
            return _with_months(scan, at, full)
    figure = read_figure(scan, first)
    if figure is None or is_frequency(scan, figure[1]):
        return None
    if scan.tokens[first].text == "năm" and scan.tag(at - 1) is Tag.DAY:
        return None  # "ngày tháng năm" waits to be filled in
    month, end = figure
    year, end = year_after(scan, end)
    typo = scan.tokens[at].typo
    return Moment(scan.words(at, end), month=month, year=year, keyworded=True, typo=typo), end


def _with_months(scan: Scan, at: int, full: Found) -> Found:
    """Add the months that "tháng 10/11/2023" may mean as well, unless it is "ngày tháng …"."""
    found, end = full
    if not isinstance(found, Moment) or found.month_first or not found.year or scan.tag(at - 1) is Tag.DAY:
        return full
    first, last = found.day or 0, found.month or 0
    if not 1 <= first < last <= _LAST_MONTH:
        return full
    months = Days(date(found.year, first, 1), date(found.year, last, monthrange(found.year, last)[1]))
    return found._replace(other=months), end


def names_month(scan: Scan, at: int) -> bool:
    """Return True if a word for month is here."""
    return scan.tag(at) in (Tag.MONTH, Tag.LETTER_T)


def is_frequency(scan: Scan, at: int) -> bool:
    """Return True if what is counted follows a number, not a time: "tháng 2 buổi"."""
    return scan.tag(at) in (Tag.COUNT, Tag.LABEL) and not scan.is_figure(at + 1)


def read_frequency(scan: Scan, at: int) -> Found | None:
    """Read "tuần 1 lần", "tháng 2 buổi"."""
    if scan.is_figure(at + 1) and is_frequency(scan, at + 2):
        return TimeToken(Tag.EVERY, scan.words(at, at + 3), 7), at + 3
    return None


def read_quarter(scan: Scan, at: int) -> Found | None:
    """Read "quý IV/2023"; a fifth quarter is a thirteenth month: not in the calendar."""
    figure = read_figure(scan, at + 1 + (scan.tag(at + 1) in (Tag.COLON, Tag.DOT)))
    if figure is None:
        return None
    year, end = year_after(scan, figure[1])
    if figure[0] > 4:
        return Moment(scan.words(at, end), month=13, year=year, keyworded=True), end
    return Moment(scan.words(at, end), quarter=figure[0], year=year, keyworded=True), end


def read_week(scan: Scan, at: int) -> Found | None:
    """Read "tuần 2 tháng 10", "tuần cuối tháng 10"."""
    part = scan.tag(at + 1)
    if part in (Tag.EARLY, Tag.LATE):
        return in_month(scan, at, (1 if part is Tag.EARLY else LAST_WEEK, at + 2))
    if part is Tag.MIDDLE:
        return read_part(scan, at + 1)
    if scan.is_figure(at + 1) and scan.tokens[at + 1].value > 5 and numeric(scan, at + 1) is not None:
        return None
    figure = read_figure(scan, at + 1)
    if scan.tag(at + 1) is Tag.WEEKDAY:
        figure = scan.tokens[at + 1].value + 2, at + 2  # "tuần thứ hai" was taken for Monday
    if figure is None or (scan.tag(figure[1]) is Tag.DASH and _dates_follow(scan, figure)):
        return None
    return in_month(scan, at, figure)


def _dates_follow(scan: Scan, figure: tuple[int, int]) -> bool:
    """Return True if "tuần 01-07/10" gives days, not weeks."""
    value, end = figure
    if not scan.is_figure(end + 1):
        return value > 5
    last = scan.tokens[end + 1]
    return max(value, last.value) > 5 or last.text.startswith("0")


def in_month(scan: Scan, at: int, figure: tuple[int, int]) -> Found:
    """Make the moment of a week by its number, with the month that may follow."""
    week, end = figure
    month, year, after = _month_of_week(scan, end)
    if month is None:
        year, after = year_after(scan, end + (scan.tag(end) is Tag.MONTH))
    return Moment(scan.words(at, after), week=week, month=month, year=year, keyworded=True), after


def _month_of_week(scan: Scan, at: int) -> tuple[int | None, int | None, int]:
    after = at + (scan.tag(at) in (Tag.COMMA, Tag.SLASH, Tag.DASH))
    if scan.tag(after) is Tag.CAMPAIGN:
        return scan.calendar.span.start.month, scan.calendar.span.start.year, after + 1
    if names_month(scan, after):
        figure = read_figure(scan, after + 1)
        if figure is not None:
            return (figure[0], *year_after(scan, figure[1]))
    if scan.tag(at) is Tag.SLASH and scan.is_figure(after) and len(scan.tokens[after].text) <= 2:
        return (scan.tokens[after].value, *year_after(scan, after + 1))
    found = month_and_year(scan, after) if separated(scan, after) else None
    if found is not None and isinstance(found[0], Moment):
        return found[0].month, found[0].year, found[1]
    return None, None, at


def read_year(scan: Scan, at: int) -> Found | None:
    """Read "năm 2023"."""
    year = year_figure(scan, at + 1)
    if year is not None:
        return Moment(scan.words(at, at + 2), year=year, firm=False, keyworded=True), at + 2
    if scan.tag(at - 1) is Tag.UNTIL:
        return Moment(scan.words(at, at + 1), this_year=True, keyworded=True), at + 1
    return None


def read_this_year(scan: Scan, at: int) -> Found | None:
    """Read "cả năm", "năm nay"."""
    year = year_figure(scan, at + 1)
    end = at + 1 if year is None else at + 2
    return Moment(scan.words(at, end), year=year, this_year=True, keyworded=True), end


# Parts: đầu tháng 9, nửa cuối quý IV, giữa năm


def read_part(scan: Scan, at: int) -> Found | None:
    """Read "đầu tháng 9", "cuối quý IV", "giữa năm"."""
    part = PARTS[scan.tokens[at].tag]
    found = read_container(scan, at + 1)
    if found is None and part is CalendarPart.MIDDLE and _day_follows(scan, at + 1):
        return None  # "giữa ngày 10/10 và 15/10"
    if found is None:
        return _part_alone(scan, at, part)
    whole, end = found
    return whole._replace(text=scan.words(at, end), part=part, firm=True), end


def _day_follows(scan: Scan, at: int) -> bool:
    return scan.tag(at) is Tag.DAY or two_figures(scan, at) is not None


def _part_alone(scan: Scan, at: int, part: CalendarPart) -> Found | None:
    """Read a part whose whole is named elsewhere: "từ giữa đến cuối tháng 10", "đầu tháng" of each month."""
    if scan.tag(at + 1) is Tag.WEEK:
        weekend = part is CalendarPart.LATE
        words = scan.words(at, at + 2)
        return (TimeToken(Tag.WORKDAYS, words, 2) if weekend else TimeToken(Tag.EVERY, words, 7)), at + 2
    if scan.tag(at + 1) is Tag.EVERY:
        return TimeToken(Tag.EVERY, scan.words(at, at + 2), 30), at + 2
    end = at + 1 + (scan.tag(at + 1) in (Tag.MONTH, Tag.QUARTER))
    return Moment(scan.words(at, end), part=part), end


def read_half(scan: Scan, at: int) -> Found | None:
    """Read "nửa đầu tháng 10"."""
    after = at + 1 + (scan.tag(at + 1) is Tag.MONTH)
    halves = {
        Tag.EARLY: CalendarPart.FIRST_HALF,
        Tag.LATE: CalendarPart.SECOND_HALF,
        Tag.AFTER: CalendarPart.SECOND_HALF,
    }
    part = halves.get(scan.tag(after) or Tag.WORD)
    if part is None:
        return None
    found = read_container(scan, after + 1)
    if found is None:
        return Moment(scan.words(at, after + 1), part=part), after + 1
    return found[0]._replace(text=scan.words(at, found[1]), part=part, firm=True), found[1]


def read_container(scan: Scan, at: int) -> tuple[Moment, int] | None:
    """Read the month, quarter, year, week or campaign a part is of."""
    tag = scan.tag(at)
    if tag is Tag.NUMBER:
        found = two_figures(scan, at)
    elif tag is Tag.YEAR and year_figure(scan, at + 1) is None:
        found = Moment(scan.words(at, at + 1), this_year=True), at + 1
    else:
        rule = _CONTAINERS.get(tag or Tag.WORD)
        found = rule(scan, at) if rule is not None else None
    if found is None or not isinstance(found[0], Moment) or found[0].scale is Scale.DAY:
        return None
    return found[0], found[1]


def read_campaign(scan: Scan, at: int) -> Found:
    """Read the campaign by its name, moved to the year that follows."""
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


_SCHOOL_YEAR = ((9, 1), (5, 31))  # September to May


def read_school_year(scan: Scan, at: int) -> Found:
    """Read "năm học 2023-2024"; without its years it is unknown which."""
    first, last = year_figure(scan, at + 1), year_figure(scan, at + 3)
    if first is None or last != first + 1 or scan.tag(at + 2) not in SEPARATORS:
        return TimeToken(Tag.VOID, scan.words(at, at + 1)), at + 1
    (start, end), words = _SCHOOL_YEAR, scan.words(at, at + 4)
    return Moment(words, span=Window(date(first, *start), date(last, *end)), about=True), at + 4


_CONTAINERS: dict[Tag, Rule] = {
    Tag.MONTH: read_month,
    Tag.LETTER_T: read_month,
    Tag.QUARTER: read_quarter,
    Tag.YEAR: read_year,
    Tag.THIS_YEAR: read_this_year,
    Tag.WEEK: read_week,
    Tag.CAMPAIGN: read_campaign,
}
