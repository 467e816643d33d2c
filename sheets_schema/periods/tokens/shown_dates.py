"""Dates as programs show them: 15-thg 10-23, thg 10-23, 15-Oct, Oct-23, October 2023, instants with their offset."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, tzinfo

from sheets_schema.periods.words.phrases import ENGLISH_MONTHS, ROMAN

_FIRST_SHORT_YEAR = 13  # less may be a month: "thg 10-12"
_ENGLISH = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_VIETNAMESE_DAY = re.compile(
    r"(?<![\w/.-])(?P<day>\d{1,2})-(?:thg|tháng)\s?(?P<month>\d{1,2})-(?P<year>\d{2}|\d{4})(?![\w/]|-\d)", re.IGNORECASE
)
_VIETNAMESE_MONTH = re.compile(r"(?<![\w/-])thg\s?(?P<month>\d{1,2})-(?P<year>\d{2}|\d{4})(?![\w/]|-\d)", re.IGNORECASE)
_ENGLISH_DAY = re.compile(
    rf"(?<![\w/.-])(?P<day>\d{{1,2}})-{_ENGLISH}(?:-(?P<year>\d{{2}}))?(?![\w/]|-\d)", re.IGNORECASE
)
_ENGLISH_MONTH = re.compile(rf"(?<![\w/-]){_ENGLISH}-(?P<year>\d{{2}}|\d{{4}})(?![\w/]|-\d)", re.IGNORECASE)
# a name and a year with a space: not "May 2023", which begins with the word for sewing
_ENGLISH_WORDS = re.compile(rf"(?<![\w/-])(?<!\d\s){_ENGLISH},?\s(?P<year>(?:19|20)\d\d)(?![\w/]|-\d)", re.IGNORECASE)
_SHORT = re.compile(r"(?<!\w)(?:thg\.?|th\.)\s?(?=\d)", re.IGNORECASE)
_LETTERS = re.compile(r"thg|th\.|[/.-][IVX]{1,4}[/.-]|-[a-z]|[a-z]-|[a-z]{3},?\s(?:19|20)\d\d", re.IGNORECASE)


# a day, a Roman month and a year
_ROMAN_DAY = re.compile(r"(?<![\w/.-])(?P<day>\d{1,2})([/.-])(?P<roman>[IVX]{1,4})\2(?P<year>\d{4})(?![\w/]|-\d)")


_ISO_WEEK = re.compile(r"(?<![\w/.-])(?P<year>(?:19|20)\d\d)-W(?P<week>\d\d)(?![\w/-])")


def plain_dates(typed: str) -> tuple[str, bool]:
    """Return a text with such dates in figures ("15-thg 10-23" gives "15/10/2023"), and True if one may be misread.

    The short word for month is written out: "15 thg 10, 2023" gives "15 tháng 10, 2023".
    """
    if not _LETTERS.search(typed):
        return typed, False
    plain = _ISO_WEEK.sub(r"tuần \g<week> năm \g<year>", typed)
    plain = _ROMAN_DAY.sub(_figures, _VIETNAMESE_DAY.sub(_figures, plain))
    plain = _ENGLISH_DAY.sub(lambda found: found.group() if found["year"] else _figures(found), plain)
    checked = plain
    for pattern in (_VIETNAMESE_MONTH, _ENGLISH_DAY, _ENGLISH_MONTH, _ENGLISH_WORDS):
        checked = pattern.sub(_figures, checked)
    return _SHORT.sub("tháng ", checked), checked != plain


_ISO_INSTANT = re.compile(
    r"(?<![\w/-])(?:19|20)\d\d-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,6})?)?\s?(?:Z|[+-]\d\d:?\d\d)(?![\w:])"
)
_PROGRAM_INSTANT = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? "
    r"(?:(?P<name>[A-Z][a-z]{2}) (?P<day>\d\d)|(?P<day2>\d\d) (?P<name2>[A-Z][a-z]{2}))"
    r" (?P<year>(?:19|20)\d\d) (?P<clock>\d\d:\d\d:\d\d) (?:GMT|UTC)?(?P<offset>[+-]\d\d:?\d\d)?(?: \([^)]*\))?(?!\w)"
)


def local_instants(typed: str, zone: tzinfo) -> str:
    """Return a text with each instant that names its offset as the day it is in a zone."""
    if ":" not in typed:
        return typed
    return _PROGRAM_INSTANT.sub(
        lambda found: _program_day(found, zone), _ISO_INSTANT.sub(lambda found: _iso_day(found, zone), typed)
    )


def _iso_day(found: re.Match[str], zone: tzinfo) -> str:
    return _day_in(found.group(), found.group().replace(" ", "T", 1).replace(" ", "").replace(",", "."), zone)


def _program_day(found: re.Match[str], zone: tzinfo) -> str:
    parts = found.groupdict()
    name = (parts["name"] or parts["name2"]).lower()
    if name not in ENGLISH_MONTHS:
        return found.group()
    month = ENGLISH_MONTHS.index(name) + 1
    day = parts["day"] or parts["day2"]
    return _day_in(
        found.group(), f"{parts['year']}-{month:02d}-{day}T{parts['clock']}{parts['offset'] or '+0000'}", zone
    )


def _day_in(typed: str, instant: str, zone: tzinfo) -> str:
    try:
        return datetime.fromisoformat(instant).astimezone(zone).date().isoformat()
    except (ValueError, OverflowError):
        return typed


def _figures(found: re.Match[str]) -> str:
    parts = found.groupdict()
    name, year = parts.get("name"), parts.get("year") or ""
    if len(year) == 2 and int(year) < _FIRST_SHORT_YEAR:
        return found.group()
    if name and name.lower() == "may" and found.re is _ENGLISH_WORDS:
        return found.group()
    month = _month(parts)
    whole = f"20{year}" if len(year) == 2 else year
    return "/".join(part for part in (parts.get("day"), month, whole) if part) if month else found.group()


def _month(parts: Mapping[str, str | None]) -> str:
    name, roman = parts.get("name"), parts.get("roman")
    if name:
        return str(ENGLISH_MONTHS.index(name[:3].lower()) + 1)
    return str(ROMAN.get(roman.lower(), "")) if roman else parts.get("month") or ""
