"""Dates as serial numbers: days since 1899-12-30, the time of day as a fraction. They have no zone."""

from datetime import date, datetime, timedelta

EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a serial has no zone
FIRST, LAST = -693_593.0, 2_958_466.0


def of_date(year: int, month: int, day: int) -> float | None:
    """Return the serial of a calendar day, or None when there is no such day."""
    try:
        return float((date(year, month, day) - EPOCH.date()).days)
    except (ValueError, OverflowError):
        return None


def of_time(hour: int, minute: int, second: float = 0.0) -> float | None:
    """Return the fraction of a time of day, or None when there is no such time."""
    if hour > 23 or minute > 59 or second >= 60:
        return None
    return (hour * 3600 + minute * 60 + second) / 86_400


def to_datetime(serial: float) -> datetime | None:
    """Return the calendar time of a serial, to the second, or None when it is out of range."""
    if not FIRST <= serial < LAST:
        return None
    return EPOCH + timedelta(seconds=round(serial * 86_400))
