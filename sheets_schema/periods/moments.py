"""A moment as written ("đầu tháng 9", "15/10") and the days it means once its year and month are known."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from enum import Enum, auto
from typing import NamedTuple

from sheets_schema.campaign import Window
from sheets_schema.periods.lunar import day_of_lunar, month_of_lunar

LAST_WEEK = -1
PLAUSIBLE_YEARS = range(1900, 2101)  # beyond them a year is a slip
SHORTEST_MONTH = 28  # days that every month has


class CalendarPart(Enum):
    """Which part of a month, quarter or year."""

    EARLY = auto()
    MIDDLE = auto()
    LATE = auto()
    FIRST_HALF = auto()
    SECOND_HALF = auto()


class CalendarUnit(Enum):
    """What "6 tháng đầu năm" counts."""

    DAYS = auto()
    WEEKS = auto()
    MONTHS = auto()


class Scale(Enum):
    """The size of what a moment names."""

    NOTHING = 0
    DAY = 1
    WEEK = 2
    MONTH = 3
    QUARTER = 4
    YEAR = 5
    SPAN = 6


class Days(NamedTuple):
    """The first and last day of a moment."""

    start: date
    end: date


class Moment(NamedTuple):
    """A day, week, month, quarter, year or named span, whole or in part, with what the writer left out as None."""

    text: str = ""
    day: int | None = None
    week: int | None = None
    month: int | None = None
    quarter: int | None = None
    year: int | None = None
    part: CalendarPart | None = None
    number: int = 0  # "6 tháng đầu năm": 6, MONTHS, EARLY
    unit: CalendarUnit | None = None
    span: Window | None = None
    this_year: bool = False
    weekdays: tuple[int, ...] = ()  # given beside it: "Chủ nhật, ngày 15/10"
    month_first: bool = False
    firm: bool = True  # a bare year or two bare figures are not
    about: bool = False
    typo: bool = False
    keyworded: bool = False  # "tháng 10", not "10/2023"
    iso: bool = False
    serial: bool = False
    lunar: bool = False
    nth: int = 0  # "thứ Bảy thứ hai của tháng 10": 2 of `nth_weekday`
    nth_weekday: int = 0
    blank: bool = False  # "ngày …/10/2023" waits to be filled in
    other: Days | None = None  # what the same figures may mean as well

    @property
    def scale(self) -> Scale:
        """Return the size of what is named."""
        if self.span is not None:
            return Scale.SPAN
        if self.day is not None or self.nth:
            return Scale.DAY
        if self.week is not None:
            return Scale.WEEK
        if self.month is not None:
            return Scale.MONTH
        if self.quarter is not None:
            return Scale.QUARTER
        return Scale.YEAR if self.year or self.this_year else Scale.NOTHING

    @property
    def is_complete(self) -> bool:
        """Return True if only the year may be missing."""
        if self.scale is Scale.DAY:
            return self.month is not None
        if self.scale is Scale.WEEK:
            return self.month is not None or (self.year is not None and self.week != LAST_WEEK)
        return self.scale is not Scale.NOTHING

    @property
    def is_vague(self) -> bool:
        """Return True if the days follow from a convention rather than from the words."""
        return (
            self.about or (self.part is not None and self.unit in (None, CalendarUnit.WEEKS)) or self.week is not None
        )


def days_of(moment: Moment, default_year: int) -> Days | None:
    """Return the days of a complete moment; None if there are none such in the calendar."""
    whole = _whole(moment, default_year if moment.year is None else moment.year)
    if whole is None or moment.part is None:
        return whole
    if moment.unit is not None:
        return _counted(whole, moment)
    if moment.scale is Scale.WEEK:
        return _part_of_week(whole, moment.part)
    return _part_of(whole, moment.part)


def _whole(moment: Moment, year: int) -> Days | None:
    if moment.span is not None:
        return Days(moment.span.start, moment.span.end)
    if year not in PLAUSIBLE_YEARS:
        return None
    if moment.lunar:
        return _lunar(year, moment)
    if moment.nth:
        return _nth_weekday(year, moment)
    if moment.day is not None:
        return _single_day(year, moment.month or 0, moment.day)
    if moment.week is not None:
        return _week_of_month(year, moment.month, moment.week) if moment.month else _week_of_year(year, moment.week)
    if moment.month is not None:
        return months(year, moment.month, 1)
    if moment.quarter is not None:
        return months(year, 3 * moment.quarter - 2, 3)
    return months(year, 1, 12)


def is_real_day(year: int, month: int, day: int) -> bool:
    """Return True if the calendar has this day."""
    if year not in PLAUSIBLE_YEARS or not 1 <= month <= 12:
        return False
    return 1 <= day <= SHORTEST_MONTH or SHORTEST_MONTH < day <= monthrange(year, month)[1]


def _single_day(year: int, month: int, day: int) -> Days | None:
    if not is_real_day(year, month, day):
        return None
    only = date(year, month, day)
    return Days(only, only)


def _lunar(year: int, moment: Moment) -> Days | None:
    if moment.month is None:
        return None
    if moment.day is None:
        month = month_of_lunar(year, moment.month)
        return None if month is None else Days(*month)
    day = day_of_lunar(year, moment.month, moment.day)
    return None if day is None else Days(day, day)


def _nth_weekday(year: int, moment: Moment) -> Days | None:
    month = months(year, moment.month or 0, 1)
    if month is None:
        return None
    first = month.start + timedelta((moment.nth_weekday - month.start.weekday()) % 7)
    day = first + timedelta(7 * (moment.nth - 1))
    return Days(day, day) if day <= month.end else None


def months(year: int, first: int, count: int) -> Days | None:
    """Return the days of some whole months of a year, or None if the year has no such months."""
    last = first + count - 1
    if first < 1 or last > 12:
        return None
    return Days(date(year, first, 1), date(year, last, monthrange(year, last)[1]))


def _week_of_month(year: int, month: int, week: int) -> Days | None:
    # Weeks run from Monday to Sunday and belong to the month of their Thursday.
    whole = months(year, month, 1)
    if whole is None or week == 0:
        return None
    if week == LAST_WEEK:
        thursday = whole.end - timedelta((whole.end.weekday() - 3) % 7)
    else:
        thursday = whole.start + timedelta((3 - whole.start.weekday()) % 7 + 7 * (week - 1))
    if thursday.month != month:
        # A month of four Thursdays still has days after its fourth week, which people call the fifth.
        return Days(thursday - timedelta(3), thursday + timedelta(3)) if week == 5 else None
    return Days(thursday - timedelta(3), thursday + timedelta(3))


def _week_of_year(year: int, week: int) -> Days | None:
    try:
        monday = date.fromisocalendar(year, week, 1)
    except ValueError:
        return None
    return Days(monday, monday + timedelta(6))


def _part_of_week(whole: Days, part: CalendarPart) -> Days:
    if part in (CalendarPart.EARLY, CalendarPart.FIRST_HALF):
        return Days(whole.start, whole.start + timedelta(1))
    if part is CalendarPart.MIDDLE:
        return Days(whole.start + timedelta(2), whole.start + timedelta(3))
    return Days(whole.end - timedelta(1), whole.end)


# Months of a quarter or year that its early, middle and late part and its halves cover: first month, how many.
_MONTHS_OF_PART = {
    (3, CalendarPart.EARLY): (0, 1), (3, CalendarPart.MIDDLE): (1, 1), (3, CalendarPart.LATE): (2, 1),
    (12, CalendarPart.EARLY): (0, 3), (12, CalendarPart.MIDDLE): (4, 4), (12, CalendarPart.LATE): (9, 3),
    (12, CalendarPart.FIRST_HALF): (0, 6), (12, CalendarPart.SECOND_HALF): (6, 6),
}  # fmt: skip


def _part_of(whole: Days, part: CalendarPart) -> Days | None:
    length = whole.end.month - whole.start.month + 1
    chosen = _MONTHS_OF_PART.get((length, part))
    if chosen is not None:
        return months(whole.start.year, whole.start.month + chosen[0], chosen[1])
    size = (whole.end - whole.start).days + 1
    if 28 <= size <= 31:
        return _part_of_month(whole, part)
    third = size // 3
    return {
        CalendarPart.EARLY: Days(whole.start, whole.start + timedelta(max(third - 1, 0))),
        CalendarPart.MIDDLE: Days(whole.start + timedelta(third), whole.end - timedelta(third)),
        CalendarPart.LATE: Days(whole.end - timedelta(max(third - 1, 0)), whole.end),
        CalendarPart.FIRST_HALF: Days(whole.start, whole.start + timedelta((size - 1) // 2)),
        CalendarPart.SECOND_HALF: Days(whole.start + timedelta(size // 2), whole.end),
    }[part]


def _part_of_month(whole: Days, part: CalendarPart) -> Days:
    first, last = {
        CalendarPart.EARLY: (1, 10),
        CalendarPart.MIDDLE: (11, 20),
        CalendarPart.LATE: (21, 31),
        CalendarPart.FIRST_HALF: (1, 15),
        CalendarPart.SECOND_HALF: (16, 31),
    }[part]
    return Days(whole.start + timedelta(first - 1), min(whole.start + timedelta(last - 1), whole.end))


def _counted(whole: Days, moment: Moment) -> Days | None:
    """Return the first or last so many days, weeks or months."""
    from_start = moment.part is CalendarPart.EARLY
    if moment.unit is CalendarUnit.MONTHS:
        length = whole.end.month - whole.start.month + 1
        skipped = 0 if from_start else length - moment.number
        return months(whole.start.year, whole.start.month + skipped, moment.number) if moment.number <= length else None
    if moment.unit is CalendarUnit.WEEKS:
        return _counted_weeks(moment, whole.start.year, from_start=from_start)
    if moment.number > (whole.end - whole.start).days + 1:
        return None
    length_less_one = timedelta(moment.number - 1)
    return (
        Days(whole.start, whole.start + length_less_one) if from_start else Days(whole.end - length_less_one, whole.end)
    )


def _counted_weeks(moment: Moment, year: int, *, from_start: bool) -> Days | None:
    if moment.month is None:
        return None
    edge = _week_of_month(year, moment.month, 1 if from_start else LAST_WEEK)
    if edge is None or not 1 <= moment.number <= 5:
        return None
    more = timedelta(7 * (moment.number - 1))
    return Days(edge.start, edge.end + more) if from_start else Days(edge.start - more, edge.end)
