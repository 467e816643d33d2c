"""Numbers that count something: "10 người", "2 lần/tuần", "3 ngày". They are never dates."""

from __future__ import annotations

from sheets_schema.periods.grammar.cursor import PARTS, UNITS, Found, Scan, read_figure
from sheets_schema.periods.tokens.time_token import TimeToken
from sheets_schema.periods.tokens.token_repair import SEPARATORS
from sheets_schema.periods.words.phrases import NUMBER_WORDS
from sheets_schema.periods.words.tags import Tag

# Months are counted as such: negative, so that "1 tháng" from 01/10 ends on 31/10.
_DAYS_OF_UNIT = {Tag.DAY: 1, Tag.WEEK: 7, Tag.MONTH: -1, Tag.YEAR: -12, Tag.QUARTER: -3}
UNCOUNTABLE = 400


def is_counted(scan: Scan, at: int) -> bool:
    """Return True if the figures count something: "10/15 đơn vị", "10 người"."""
    end = at + 1
    if _is_share(scan, at) or _is_count_range(scan, at):
        end = at + 3
    return scan.tag(end) is Tag.COUNT or (scan.tag(end) is Tag.LABEL and not scan.is_figure(end + 1))


def _is_share(scan: Scan, at: int) -> bool:
    """Distinguish "10/15 đơn vị" from "15/10 huyện": a share is no more than the whole."""
    joined = scan.tag(at + 1) in (Tag.SLASH, Tag.DOT) and scan.is_figure(at + 2)
    return joined and scan.tokens[at].value <= scan.tokens[at + 2].value


def _is_count_range(scan: Scan, at: int) -> bool:
    """Distinguish "2-3 lần" from "14-10 đoàn viên…": a count runs upwards."""
    joined = scan.tag(at + 1) is Tag.DASH and scan.is_figure(at + 2)
    return joined and scan.tokens[at].value < scan.tokens[at + 2].value


def each(scan: Scan, at: int) -> Found | None:
    """Read "các tuần", "các tháng" without a number as every one of them."""
    if scan.tag(at + 1) not in (Tag.WEEK, Tag.MONTH) or read_figure(scan, at + 2) or scan.tag(at + 2) in PARTS:
        return None
    return TimeToken(Tag.EVERY, scan.words(at, at + 2), 7), at + 2


def quantity(scan: Scan, at: int) -> Found | None:
    """Read "10 người", "2 lần/tuần", "3 ngày", "93 năm" as what is counted, not when."""
    if scan.tag(at + 1) is Tag.WORKDAYS:
        return TimeToken(Tag.QUANTITY, scan.words(at, at + 2)), at + 2
    if not is_counted(scan, at):
        return duration(scan, at)
    end = at + 4 if scan.is_figure(at + 2) and scan.tag(at + 1) in SEPARATORS else at + 2
    if scan.tag(end) is Tag.SLASH and scan.tag(end + 1) in (*UNITS, Tag.QUARTER, Tag.YEAR):
        days = _DAYS_OF_UNIT[scan.tokens[end + 1].tag]
        return TimeToken(Tag.EVERY, scan.words(at, end + 2), 1 if days == 1 else 7), end + 2
    if scan.tag(end) is Tag.WEEK and not scan.is_figure(end + 1):
        return TimeToken(Tag.EVERY, scan.words(at, end + 1), 7), end + 1
    return TimeToken(Tag.QUANTITY, scan.words(at, end)), end


def _is_time(scan: Scan, at: int) -> bool:
    return scan.tag(at) in (Tag.COUNT, Tag.LABEL) and scan.tokens[at].text in ("lần", "buổi", "cuộc", "đợt")


def count_of(scan: Scan, at: int) -> int:
    """Return how many units are meant, in figures or words; 0 if no count is here."""
    token = scan.tokens[at]
    return token.value if token.tag is Tag.NUMBER else NUMBER_WORDS.get(token.text, 0)


def duration(scan: Scan, at: int) -> Found | None:
    """Read "3 ngày", "93 năm": how long, not when."""
    unit, count = scan.tag(at + 1), count_of(scan, at)
    if unit not in _DAYS_OF_UNIT or not 0 < count < UNCOUNTABLE:
        return None
    if unit is Tag.YEAR and scan.is_figure(at + 2):
        return None
    if unit is Tag.MONTH and scan.is_figure(at + 2):
        return TimeToken(Tag.QUANTITY, scan.words(at, at + 1)), at + 1  # "2 tháng 9 và 10": the months are named
    days = _DAYS_OF_UNIT[unit] * count
    once = at + 2 + (scan.tag(at + 2) is Tag.SLASH)
    once += once < len(scan.tokens) and count_of(scan, once) > 0
    if once > at + 2 and _is_time(scan, once):
        return TimeToken(
            Tag.EVERY, scan.words(at, once + 1), max(days, 7)
        ), once + 1  # "15 ngày một lần", "15 ngày/lần"
    return TimeToken(Tag.QUANTITY, scan.words(at, at + 2), days), at + 2
