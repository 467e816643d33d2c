"""Numbers that count something: "10 người", "2 lần/tuần", "3 ngày". They are never dates."""

from __future__ import annotations

from sheets_schema.periods.grammar.cursor import PARTS, UNITS, Found, Scan, read_figure
from sheets_schema.periods.tokens.token_repair import SEPARATORS, is_figure
from sheets_schema.periods.tokens.tokenizer import Token
from sheets_schema.periods.words.kinds import Kind
from sheets_schema.periods.words.phrases import NUMBER_WORDS

# Months are counted as such: negative, so that "1 tháng" from 01/10 ends on 31/10.
_DAYS_OF_UNIT = {Kind.DAY: 1, Kind.WEEK: 7, Kind.MONTH: -1, Kind.YEAR: -12, Kind.QUARTER: -3}
UNCOUNTABLE = 400


def is_counted(scan: Scan, at: int) -> bool:
    """Tell whether the figures count something: "10/15 đơn vị", "10 người"."""
    end = at + 1
    if _is_share(scan, at) or _is_count_range(scan, at):
        end = at + 3
    return scan.kind(end) is Kind.COUNT or (scan.kind(end) is Kind.LABEL and not is_figure(scan.tokens, end + 1))


def _is_share(scan: Scan, at: int) -> bool:
    """Tell "10/15 đơn vị" from "15/10 huyện": a share is no more than the whole."""
    joined = scan.kind(at + 1) in (Kind.SLASH, Kind.DOT) and is_figure(scan.tokens, at + 2)
    return joined and scan.tokens[at].value <= scan.tokens[at + 2].value


def _is_count_range(scan: Scan, at: int) -> bool:
    """Tell "2-3 lần" from "14-10 đoàn viên…": a count runs upwards."""
    joined = scan.kind(at + 1) is Kind.DASH and is_figure(scan.tokens, at + 2)
    return joined and scan.tokens[at].value < scan.tokens[at + 2].value


def each(scan: Scan, at: int) -> Found | None:
    """Read "các tuần", "các tháng" without a number as every one of them."""
    if scan.kind(at + 1) not in (Kind.WEEK, Kind.MONTH) or read_figure(scan, at + 2) or scan.kind(at + 2) in PARTS:
        return None
    return Token(Kind.EVERY, scan.words(at, at + 2), 7), at + 2


def quantity(scan: Scan, at: int) -> Found | None:
    """Read "10 người", "2 lần/tuần", "3 ngày", "93 năm" as what is counted, not when."""
    if scan.kind(at + 1) is Kind.WORKDAYS:
        return Token(Kind.QUANTITY, scan.words(at, at + 2)), at + 2
    if not is_counted(scan, at):
        return duration(scan, at)
    end = at + 4 if is_figure(scan.tokens, at + 2) and scan.kind(at + 1) in SEPARATORS else at + 2
    if scan.kind(end) is Kind.SLASH and scan.kind(end + 1) in (*UNITS, Kind.QUARTER, Kind.YEAR):
        days = _DAYS_OF_UNIT[scan.tokens[end + 1].kind]
        return Token(Kind.EVERY, scan.words(at, end + 2), 1 if days == 1 else 7), end + 2
    if scan.kind(end) is Kind.WEEK and not is_figure(scan.tokens, end + 1):
        return Token(Kind.EVERY, scan.words(at, end + 1), 7), end + 1
    return Token(Kind.QUANTITY, scan.words(at, end)), end


def count_of(scan: Scan, at: int) -> int:
    """Return how many units are meant, in figures or words; 0 if no count stands here."""
    token = scan.tokens[at]
    return token.value if token.kind is Kind.NUMBER else NUMBER_WORDS.get(token.text, 0)


def duration(scan: Scan, at: int) -> Found | None:
    """Read "3 ngày", "93 năm": how long, not when."""
    unit, count = scan.kind(at + 1), count_of(scan, at)
    if unit not in _DAYS_OF_UNIT or not 0 < count < UNCOUNTABLE:
        return None
    if unit is Kind.YEAR and is_figure(scan.tokens, at + 2):
        return None
    days = _DAYS_OF_UNIT[unit] * count
    return Token(Kind.QUANTITY, scan.words(at, at + 2), days), at + 2
