"""Days as Vietnamese offices write them."""

from __future__ import annotations

from datetime import date


def format_day(day: date) -> str:
    """Write a day in house style: 05/11/2023, 30/9/2023, 03/3/2021 (the month is padded for 1 and 2 only)."""
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"{day.day:02d}/{month}/{day.year}"
