"""Days as Vietnamese offices write them."""

from __future__ import annotations

from datetime import date

WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")
SHORT_WEEKDAYS = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")


def month_name(month: int) -> str:
    """Name a month as spreadsheets do where its name is asked for: Tháng 10."""
    return f"Tháng {month:02d}"


def format_day(day: date) -> str:
    """Write a day in house style: 05/11/2023, 30/9/2023, 03/3/2021 (the month is padded for 1 and 2 only)."""
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"{day.day:02d}/{month}/{day.year}"
