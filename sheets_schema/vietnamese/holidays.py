"""Days on which the whole country rests: fixed ones, and those of the lunar calendar (Bộ luật Lao động, Điều 112).

Which day beside 2/9 is given, and which days are exchanged, is announced each year: that is not known here.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from sheets_schema.periods.lunar import day_of_lunar


class Holiday(StrEnum):
    """A public holiday."""

    NEW_YEAR = "new_year"
    LUNAR_NEW_YEAR = "lunar_new_year"
    HUNG_KINGS = "hung_kings"
    LIBERATION = "liberation"
    LABOUR = "labour"
    NATIONAL_DAY = "national_day"


_FIXED = {
    (1, 1): Holiday.NEW_YEAR,
    (4, 30): Holiday.LIBERATION,
    (5, 1): Holiday.LABOUR,
    (9, 2): Holiday.NATIONAL_DAY,
}
_DAYS_OF_TET = range(-1, 4)  # the last day of the year and four more


def holiday_on(day: date) -> Holiday | None:
    """Return the public holiday on a day; None where it is none."""
    fixed = _FIXED.get((day.month, day.day))
    if fixed is not None:
        return fixed
    first = day_of_lunar(day.year, 1, 1)
    if first is not None and day in [first + timedelta(days=one) for one in _DAYS_OF_TET]:
        return Holiday.LUNAR_NEW_YEAR
    return Holiday.HUNG_KINGS if day == day_of_lunar(day.year, 3, 10) else None
