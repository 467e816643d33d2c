"""Instants and limits in words."""

from __future__ import annotations

from datetime import date, datetime, time, tzinfo

from sheets_schema.vietnamese.dates import format_day
from sheets_schema.wording import SHEET_LANGUAGE, Language, Message, message

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_VIETNAM = frozenset({"Asia/Ho_Chi_Minh", "Asia/Saigon"})


def weekday(day: date) -> Message:
    """Return the name of a day of the week."""
    return message(f"instants.{_WEEKDAYS[day.weekday()]}")


def instant_message(instant: datetime, zone: tzinfo) -> Message:
    """Return an instant as people write it: "17:00 ngày 02/10/2023", with seconds only where there are some."""
    local = instant.astimezone(zone)
    pattern = "%H:%M:%S" if local.second or local.microsecond else "%H:%M"
    return message("instants.instant", clock=local.strftime(pattern), day=format_day(local.date()))


def instant_words(instant: datetime, zone: tzinfo, language: Language = SHEET_LANGUAGE) -> str:
    """Write an instant in one language."""
    return instant_message(instant, zone).text(language)


def limit_message(due_before: datetime, zone: tzinfo) -> Message:
    """Return an exclusive limit: "trước ngày 30/9/2023" at midnight, else "trước 17:00 ngày 02/10/2023"."""
    local = due_before.astimezone(zone)
    if local.time() == time.min:
        return message("instants.before_day", day=format_day(local.date()))
    return message("instants.before_instant", instant=instant_message(due_before, zone))


def exact_message(instant: datetime, zone: tzinfo) -> Message:
    """Return an instant with the zone it is meant in: "00:00 ngày 30/9/2023, giờ Việt Nam"."""
    said = instant_message(instant, zone)
    if str(zone) in _VIETNAM:
        return message("instants.in_vietnam", instant=said)
    offset = instant.astimezone(zone).strftime("%z")
    return message("instants.in_zone", instant=said, zone=f"{zone}, {offset[:3]}:{offset[3:5]}")


def exact_words(instant: datetime, zone: tzinfo) -> str:
    """Write an instant with its offset and zone: "2023-09-30 00:00 +07:00 (Asia/Ho_Chi_Minh)"."""
    local = instant.astimezone(zone)
    offset = local.strftime("%z")
    pattern = "%Y-%m-%d %H:%M:%S" if local.second or local.microsecond else "%Y-%m-%d %H:%M"
    return f"{local.strftime(pattern)} {offset[:3]}:{offset[3:5]} ({zone})"
