"""Functions of days and times; a day is its serial number."""

import calendar
import math
from collections.abc import Callable
from datetime import date, datetime, timedelta

from service.embedded.api_errors import JsonValue
from service.embedded.book import date_serials, entry
from service.embedded.formulas import arguments
from service.embedded.formulas.arguments import Computed, Setting, ValueFaultError, given, number, takes, whole
from service.embedded.formulas.cell_errors import LIMIT, NUM, VALUE
from service.embedded.formulas.operators import Argument, tidy

_EPOCH = date_serials.EPOCH.date()
_MOST_MONTHS = 120_000
_MOST_DAYS = 1_000_000
_FAULT = ValueFaultError(NUM)


def _moment(argument: Argument, setting: Setting) -> datetime:
    found = date_serials.to_datetime(number(argument, setting))
    if found is None:
        raise _FAULT
    return found


def _day(argument: Argument, setting: Setting) -> date:
    found = date_serials.to_datetime(math.floor(number(argument, setting)))
    if found is None:
        raise _FAULT
    return found.date()


def _serial(day: date) -> int:
    return (day - _EPOCH).days


def _moved(day: date, months: int) -> date:
    """Return the same day a number of months on, or the last of a shorter month."""
    if abs(months) > _MOST_MONTHS:
        raise _FAULT
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise _FAULT
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _part(compute: Callable[[datetime], int]) -> Computed:
    @takes(1, 1)
    def function(values: list[Argument], setting: Setting) -> JsonValue:
        return compute(_moment(values[0], setting))

    return function


@takes(3, 3)
def _date(values: list[Argument], setting: Setting) -> JsonValue:
    year, month, day = (whole(value, setting) for value in values)
    if 0 <= year < 1900:
        year += 1900
    if not 1 <= year <= 9999 or abs(month) > _MOST_MONTHS or abs(day) > _MOST_DAYS * 4:
        return NUM
    try:
        return _serial(_moved(date(year, 1, 1), month - 1) + timedelta(days=day - 1))
    except OverflowError:
        return NUM


@takes(3, 3)
def _time(values: list[Argument], setting: Setting) -> JsonValue:
    hours, minutes, seconds = (whole(value, setting) for value in values)
    return tidy((hours * 3600 + minutes * 60 + seconds) % 86_400 / 86_400)


@takes(0, 0)
def _today(_values: list[Argument], setting: Setting) -> JsonValue:
    return LIMIT if setting.now is None else _serial(setting.now.date())


@takes(0, 0)
def _now(_values: list[Argument], setting: Setting) -> JsonValue:
    if setting.now is None:
        return LIMIT
    clock = setting.now
    return _serial(clock.date()) + (clock.hour * 3600 + clock.minute * 60 + clock.second) / 86_400


@takes(1, 2)
def _weekday(values: list[Argument], setting: Setting) -> JsonValue:
    day, kind = _day(values[0], setting), whole(values[1], setting) if len(values) > 1 else 1
    from_monday = day.weekday()
    return {1: (from_monday + 1) % 7 + 1, 2: from_monday + 1, 3: from_monday}.get(kind, NUM)


@takes(1, 2)
def _week_number(values: list[Argument], setting: Setting) -> JsonValue:
    day, kind = _day(values[0], setting), whole(values[1], setting) if len(values) > 1 else 1
    if kind == 21:
        return day.isocalendar().week
    if kind not in (1, 2):
        return NUM
    first = date(day.year, 1, 1)
    shift = (first.weekday() + 1) % 7 if kind == 1 else first.weekday()
    return ((day - first).days + shift) // 7 + 1


@takes(1, 1)
def _iso_week(values: list[Argument], setting: Setting) -> JsonValue:
    return _day(values[0], setting).isocalendar().week


@takes(2, 2)
def _edate(values: list[Argument], setting: Setting) -> JsonValue:
    return _serial(_moved(_day(values[0], setting), whole(values[1], setting)))


@takes(2, 2)
def _end_of_month(values: list[Argument], setting: Setting) -> JsonValue:
    moved = _moved(_day(values[0], setting).replace(day=1), whole(values[1], setting))
    return _serial(moved.replace(day=calendar.monthrange(moved.year, moved.month)[1]))


@takes(2, 2)
def _days(values: list[Argument], setting: Setting) -> JsonValue:
    return _serial(_day(values[0], setting)) - _serial(_day(values[1], setting))


@takes(3, 3)
def _date_difference(values: list[Argument], setting: Setting) -> JsonValue:
    start, end = _day(values[0], setting), _day(values[1], setting)
    if end < start:
        return NUM
    months = (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)
    unit = arguments.text(values[2], setting).upper()
    match unit:
        case "Y" | "M":
            return months // 12 if unit == "Y" else months
        case "D":
            return (end - start).days
        case "YM":
            return months % 12
        case "MD":
            return (end - _moved(start, months)).days
        case "YD":
            return (end - _moved(start, months // 12 * 12)).days
    return NUM


def _holidays(values: list[Argument], place: int) -> set[int]:
    if not given(values, place):
        return set()
    return {math.floor(value) for value in arguments.each(values[place : place + 1]) if arguments.is_number(value)}


def _is_worked(serial: int, holidays: set[int]) -> bool:
    return (serial - 2) % 7 < 5 and serial not in holidays  # serial 2 was a Monday


@takes(2, 3)
def _network_days(values: list[Argument], setting: Setting) -> JsonValue:
    first, last = _serial(_day(values[0], setting)), _serial(_day(values[1], setting))
    sign = 1 if first <= last else -1
    first, last = min(first, last), max(first, last)
    weeks, rest = divmod(last - first + 1, 7)
    found = weeks * 5 + sum((first + weeks * 7 + day - 2) % 7 < 5 for day in range(rest))
    free = {day for day in _holidays(values, 2) if first <= day <= last and (day - 2) % 7 < 5}
    return sign * (found - len(free))


@takes(2, 3)
def _work_day(values: list[Argument], setting: Setting) -> JsonValue:
    at, left = _serial(_day(values[0], setting)), whole(values[1], setting)
    holidays, step = _holidays(values, 2), 1 if left > 0 else -1
    setting.spend(min(abs(left), _MOST_DAYS))
    while left and abs(at) < _MOST_DAYS * 3:
        at += step
        left -= step * _is_worked(at, holidays)
    return NUM if left else at


def _read(kinds: frozenset[str]) -> Computed:
    @takes(1, 1)
    def function(values: list[Argument], setting: Setting) -> JsonValue:
        value = arguments.single(values[0])
        if arguments.is_number(value):
            return tidy(value % 1 if "TIME" in kinds else math.floor(value))
        typed = entry.typed(str(value), setting.rules)
        if (typed.number_format or {}).get("type") not in kinds or not arguments.is_number(typed.value):
            return VALUE
        return tidy(typed.value % 1 if "TIME" in kinds else math.floor(typed.value))

    return function


FUNCTIONS: dict[str, Computed] = {
    "DATE": _date,
    "TIME": _time,
    "TODAY": _today,
    "NOW": _now,
    "YEAR": _part(lambda moment: moment.year),
    "MONTH": _part(lambda moment: moment.month),
    "DAY": _part(lambda moment: moment.day),
    "HOUR": _part(lambda moment: moment.hour),
    "MINUTE": _part(lambda moment: moment.minute),
    "SECOND": _part(lambda moment: moment.second),
    "WEEKDAY": _weekday,
    "WEEKNUM": _week_number,
    "ISOWEEKNUM": _iso_week,
    "EDATE": _edate,
    "EOMONTH": _end_of_month,
    "DAYS": _days,
    "DATEDIF": _date_difference,
    "NETWORKDAYS": _network_days,
    "WORKDAY": _work_day,
    "DATEVALUE": _read(frozenset({"DATE", "DATE_TIME"})),
    "TIMEVALUE": _read(frozenset({"TIME", "DATE_TIME"})),
}
