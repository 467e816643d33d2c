"""Days as Vietnamese offices write them."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")
SHORT_WEEKDAYS = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")


def month_name(month: int) -> str:
    """Name a month as spreadsheets do where its name is asked for: Tháng 10."""
    return f"Tháng {month:02d}"


def format_day(day: date) -> str:
    """Write a day in house style: 05/11/2023, 30/9/2023, 03/3/2021 (the month is padded for 1 and 2 only)."""
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"{day.day:02d}/{month}/{day.year}"


_FIRST_DAY = datetime(1899, 12, 30)  # noqa: DTZ001 – a serial number has no zone
_YEARS = range(1990, 2100)
_CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?(?:\s*(?:AM|PM|SA|CH)\b)?", re.IGNORECASE)
_ENGLISH_MONTH = re.compile(r"(?<![a-z])(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*", re.IGNORECASE)
_ENGLISH_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LONGEST_SHOWN = 60


def moment_of(serial: float) -> datetime | None:
    """Return the moment a spreadsheet's day number is, None where it is of no year that anyone plans for."""
    if not 0 < serial < 100_000:
        return None
    moment = _FIRST_DAY + timedelta(seconds=round(serial * 86_400))
    return moment if moment.year in _YEARS else None


def day_shown(words: str, moment: datetime) -> str:
    """Return what a cell means that holds a date and shows it so: "15/10/2023", "10/2023" or "2023".

    Blank where the words show anything else than this date: the cell holds a number, or has changed meanwhile.
    """
    clock = _CLOCK.search(words)
    without_clock = _CLOCK.sub(" ", words) if len(words) <= _LONGEST_SHOWN else ""
    named = _ENGLISH_MONTH.search(without_clock)
    figures = re.findall(r"\d+", without_clock)
    year = _take_year(figures, moment, others=1 if named else 0)
    parts = [int(figure) for figure in figures]
    if named and _ENGLISH_MONTHS.index(named[1].lower()) + 1 == moment.month:
        parts.append(moment.month)
    elif named:
        return ""
    if sorted(parts) == sorted((moment.day, moment.month)) or parts == [moment.day] != [moment.month]:
        day = f"{moment.day}/{moment.month}/{moment.year}"
        return f"{moment.hour}:{moment.minute:02d} {day}" if clock and (moment.hour or moment.minute) else day
    if parts == [moment.month]:
        return f"{moment.month}/{moment.year}"
    return str(moment.year) if year and not parts else ""


def _take_year(figures: list[str], moment: datetime, others: int) -> bool:
    """Take the year out of the figures of a date; one of two figures counts only beside a month."""
    whole, short = str(moment.year), f"{moment.year % 100:02d}"
    if whole in figures:
        figures.remove(whole)
        return True
    if len(figures) + others > 1 and figures and figures[-1] == short and (len(figures) > 2 or int(short) > 12):
        month_or_day = [int(figure) for figure in figures] == [moment.month, moment.day]
        if not month_or_day:
            figures.pop()
            return True
    return False
