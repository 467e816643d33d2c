"""Dates as spreadsheets show them with a month's name: 15-thg 10-23, thg 10-23, 15-Oct, Oct-23, October 2023."""

from __future__ import annotations

import re

from sheets_schema.periods.words.phrases import ENGLISH_MONTHS

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
_SHORT = re.compile(r"(?<!\w)thg\.?\s?(?=\d)", re.IGNORECASE)
_LETTERS = re.compile(r"thg|-[a-z]|[a-z]-|[a-z],?\s(?:19|20)\d\d", re.IGNORECASE)


def plain_dates(typed: str) -> str:
    """Return a text with such dates in figures: "15-thg 10-23" gives "15/10/2023"."""
    if not _LETTERS.search(typed):
        return typed
    for pattern in (_VIETNAMESE_DAY, _VIETNAMESE_MONTH, _ENGLISH_DAY, _ENGLISH_MONTH, _ENGLISH_WORDS):
        typed = pattern.sub(_figures, typed)
    return typed


def long_months(typed: str) -> str:
    """Return a text with the short word for month written out: "15 thg 10, 2023" gives "15 tháng 10, 2023"."""
    return _SHORT.sub("tháng ", typed)


def _figures(found: re.Match[str]) -> str:
    parts = found.groupdict()
    name, year = parts.get("name"), parts.get("year") or ""
    if len(year) == 2 and int(year) < _FIRST_SHORT_YEAR:
        return found.group()
    if name and name.lower() == "may" and found.re is _ENGLISH_WORDS:
        return found.group()
    month = str(ENGLISH_MONTHS.index(name[:3].lower()) + 1) if name else parts["month"]
    whole = f"20{year}" if len(year) == 2 else year
    return "/".join(part for part in (parts.get("day"), month, whole) if part)
