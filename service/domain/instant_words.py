"""Instants and limits in the words of a Vietnamese office."""

from __future__ import annotations

from datetime import datetime, time, tzinfo

from sheets_schema.vietnamese.dates import format_day

WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def instant_words(instant: datetime, zone: tzinfo) -> str:
    """Write an instant as people say it there: "17:00 ngày 02/10/2023", with seconds only where there are some."""
    local = instant.astimezone(zone)
    pattern = "%H:%M:%S" if local.second or local.microsecond else "%H:%M"
    return f"{local.strftime(pattern)} ngày {format_day(local.date())}"


def limit_words(due_before: datetime, zone: tzinfo) -> str:
    """Write an exclusive limit: "trước ngày 30/9/2023" at midnight, else "trước 17:00 ngày 02/10/2023"."""
    local = due_before.astimezone(zone)
    if local.time() == time.min:
        return f"trước ngày {format_day(local.date())}"
    return f"trước {instant_words(due_before, zone)}"


def exact_words(instant: datetime, zone: tzinfo) -> str:
    """Write an instant with its offset and zone: "2023-09-30 00:00 +07:00 (Asia/Ho_Chi_Minh)"."""
    local = instant.astimezone(zone)
    offset = local.strftime("%z")
    pattern = "%Y-%m-%d %H:%M:%S" if local.second or local.microsecond else "%Y-%m-%d %H:%M"
    return f"{local.strftime(pattern)} {offset[:3]}:{offset[3:5]} ({zone})"
