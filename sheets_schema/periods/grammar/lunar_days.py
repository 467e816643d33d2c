"""Days of the lunar calendar: "14/8 âm lịch", "Rằm tháng Tám", "23 tháng Chạp", "Tết Trung thu"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sheets_schema.periods.grammar.cursor import Found, Item, Scan, year_after
from sheets_schema.periods.grammar.months_and_parts import names_month, read_month
from sheets_schema.periods.grammar.numeric_dates import two_figures
from sheets_schema.periods.lunar import day_of_lunar, year_of_name
from sheets_schema.periods.moments import Moment, Scale
from sheets_schema.periods.tokens.time_token import TimeToken
from sheets_schema.periods.words.tags import Tag

_FULL_MOON = 15


def full_moon(scan: Scan, at: int) -> Found:
    """Read "rằm tháng 8", "rằm tháng Giêng", "rằm 15/8"; "rằm" alone leaves its month open."""
    dated = two_figures(scan, at + 1)
    if dated is not None and isinstance(dated[0], Moment) and dated[0].scale is Scale.DAY:
        return dated[0]._replace(lunar=dated[0].day == _FULL_MOON, keyworded=True, other=None), dated[1]
    month: Found | None = None
    if scan.tag(at + 1) is Tag.LUNAR_MONTH:
        month = lunar_month(scan, at + 1)
    elif names_month(scan, at + 1):
        month = read_month(scan, at + 1)
    if month is None or not isinstance(month[0], Moment) or month[0].scale is not Scale.MONTH:
        return Moment(scan.words(at, at + 1), day=_FULL_MOON, lunar=True, keyworded=True), at + 1
    return month[0]._replace(text=scan.words(at, month[1]), day=_FULL_MOON, lunar=True), month[1]


def lunar_month(scan: Scan, at: int) -> Found:
    """Read "tháng Giêng", "tháng Chạp"."""
    year, end = _year(scan, at + 1)
    return Moment(scan.words(at, end), month=scan.tokens[at].value, year=year, lunar=True, keyworded=True), end


def lunar_day(scan: Scan, at: int) -> Found:
    """Read a day of the lunar year by its name: "Tết Nguyên đán Giáp Thìn", "Trung thu 2023"."""
    value = scan.tokens[at].value
    year, end = _year(scan, at + 1)
    month, day = divmod(value, 100)
    words = scan.words(at, end)
    year = year or _nearest_year(scan, month, day)
    return Moment(words, day=day, month=month, year=year, lunar=True, keyworded=True), end


_HALF_A_YEAR = timedelta(183)


def _nearest_year(scan: Scan, month: int, day: int) -> int | None:
    """Return the year after the campaign's where this day is then nearer: "trước Tết Nguyên đán" in October."""
    year, start = scan.calendar.year, scan.calendar.span.start
    found = day_of_lunar(year, month, day)
    return year + 1 if found is not None and found < start - _HALF_A_YEAR else None


def _year(scan: Scan, at: int) -> tuple[int | None, int]:
    """Read the year by its name, in figures, or both."""
    first = at + (scan.tag(at) is Tag.YEAR)
    named = None
    if first + 1 < len(scan.tokens):
        named = year_of_name(scan.tokens[first].text, scan.tokens[first + 1].text, scan.calendar.year)
    year, end = year_after(scan, first + 2 if named else at)
    return year or named, end


_LINKS = frozenset({Tag.DASH, Tag.TO, Tag.UNTIL, Tag.COMMA, Tag.AND, Tag.OR, Tag.DAY, Tag.FROM})
_RANGES = frozenset({Tag.DASH, Tag.TO, Tag.UNTIL})
_LED = frozenset({Tag.COLON, Tag.DAY, Tag.FROM})
_SINGLE_WORDS = ("âm", "am")  # "15/8 âm"; but "âm nhạc"


def mark_lunar(items: Sequence[Item]) -> list[Item]:
    """Make the moments that "âm lịch" is said of lunar; where there is none the words stay."""
    marked = list(items)
    if Tag.LUNAR not in [item.tag for item in items if isinstance(item, TimeToken)]:
        return marked
    at = 0
    while at < len(marked):
        item = marked[at]
        if isinstance(item, TimeToken) and item.tag is Tag.LUNAR:
            if _marks(marked, at, item):
                del marked[at]
                continue
            if item.text in _SINGLE_WORDS:
                marked[at] = item._replace(tag=Tag.WORD)
        at += 1
    return marked


def _marks(items: list[Item], at: int, mark: TimeToken) -> bool:
    following = items[at + 1] if at + 1 < len(items) else None
    if mark.text in _SINGLE_WORDS:
        named = isinstance(following, TimeToken) and following.tag is Tag.WORD
        if mark.text == "am" or named:
            return False
    if at and _is_dated(items[at - 1]):
        _mark_backwards(items, at - 1)
        return True
    after = at + 1
    while after < len(items) and _has_tag(items[after], _LED):
        after += 1
    if mark.text in _SINGLE_WORDS or after >= len(items) or not _is_dated(items[after]):
        return False
    _mark(items, after)
    return True


def _mark_backwards(items: list[Item], at: int) -> None:
    """Mark a moment, and those before it that it is the end or the last of: "từ 10-15/8", "14, 15/8"."""
    _mark(items, at)
    before = at - 1
    ranged = False
    while before >= 0 and _has_tag(items[before], _LINKS):
        ranged = ranged or _has_tag(items[before], _RANGES)
        before -= 1
    previous = items[before] if before >= 0 else None
    if before == at - 1 or not isinstance(previous, Moment) or not _is_dated(previous):
        return
    if previous.year is None and (ranged or previous.month is None):
        _mark_backwards(items, before)


def _mark(items: list[Item], at: int) -> None:
    item = items[at]
    if isinstance(item, Moment):
        items[at] = item._replace(lunar=True)


def _is_dated(item: Item) -> bool:
    return isinstance(item, Moment) and item.scale in (Scale.DAY, Scale.MONTH)


def _has_tag(item: Item, tags: frozenset[Tag]) -> bool:
    return isinstance(item, TimeToken) and item.tag in tags
