"""Moments found among tokens: one small rule for each way to begin one, chosen by a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sheets_schema.campaign import Window
from sheets_schema.periods.lexicon import NUMBER_WORDS, ROMAN, Kind
from sheets_schema.periods.moments import LAST_WEEK, PLAUSIBLE_YEARS, Moment, Part, Scale, Unit, is_real_day
from sheets_schema.periods.preparation import is_figure, kind_at
from sheets_schema.periods.records import Calendar
from sheets_schema.periods.tokens import Token

Item = Moment | Token
Found = tuple[Item, int]
Rule = Callable[["Scan", int], Found | None]

_SEPARATORS = (Kind.SLASH, Kind.DOT, Kind.DASH)
_PARTS = {Kind.EARLY: Part.EARLY, Kind.MIDDLE: Part.MIDDLE, Kind.LATE: Part.LATE}
_UNITS = {Kind.DAY: Unit.DAYS, Kind.WEEK: Unit.WEEKS, Kind.MONTH: Unit.MONTHS}
_COMMA_DATE = [Kind.NUMBER, Kind.COMMA, Kind.NUMBER, Kind.COMMA, Kind.NUMBER]


@dataclass(frozen=True, slots=True)
class Scan:
    """The tokens of a text with what the rules ask of the whole of it."""

    tokens: Sequence[Token]
    text: str
    calendar: Calendar
    dashes_join_days: bool  # a slash or a month elsewhere: "5-7" is a range of days, not 5 July

    def kind(self, at: int) -> Kind | None:
        """Return the kind of a token, None beyond either end."""
        return kind_at(self.tokens, at)

    def words(self, at: int, to: int) -> str:
        """Return what was typed from one token up to another."""
        return self.text[self.tokens[at].start : self.tokens[to - 1].end]


def find_moments(tokens: Sequence[Token], text: str, calendar: Calendar) -> list[Item]:
    """Replace the tokens that make a moment by that moment, wherever one begins."""
    has_month = any(token.kind in (Kind.MONTH, Kind.SLASH, Kind.LETTER_T) for token in tokens)
    scan = Scan(tokens, text, calendar, has_month)
    items: list[Item] = []
    at = 0
    while at < len(tokens):
        found = find_item(scan, at)
        if found is None:
            items.append(tokens[at])
            at += 1
        else:
            items.append(found[0])
            at = found[1]
    return items


def find_item(scan: Scan, at: int) -> Found | None:
    """Return what begins here with where it ends, or None if no rule holds."""
    kind = scan.kind(at)
    for rule in _RULES.get(kind, ()) if kind is not None else ():
        found = rule(scan, at)
        if found is not None:
            return found
    return None


def figure_of(item: Item) -> int | None:
    """Return the number a single token says in figures, Roman figures or words."""
    if isinstance(item, Moment):
        return None
    if item.kind is Kind.NUMBER:
        return item.value if len(item.text) <= 2 else None
    if item.kind is Kind.ORDINAL:
        return item.value
    return ROMAN.get(item.text) or NUMBER_WORDS.get(item.text)


def _figure(scan: Scan, at: int) -> tuple[int, int] | None:
    """Read a number, also in words of several syllables ("mười lăm"), with where it ends."""
    if at >= len(scan.tokens):
        return None
    first = figure_of(scan.tokens[at])
    if first is None or scan.tokens[at].kind is Kind.NUMBER:
        return None if first is None else (first, at + 1)
    return _spoken(scan, at, first)


def _spoken(scan: Scan, at: int, first: int) -> tuple[int, int] | None:
    if scan.tokens[at].text == "năm" and is_figure(scan.tokens, at + 1):
        return None  # the year follows
    second = _word_value(scan, at + 1)
    if scan.tokens[at].text == "mười":
        return (first + second, at + 2) if 0 < second < 10 else (first, at + 1)
    if second == 10 and scan.tokens[at + 1].text == "mươi":
        third = _word_value(scan, at + 2)
        return (10 * first + third, at + 3) if 0 < third < 10 else (10 * first, at + 2)
    return first, at + 1


def _word_value(scan: Scan, at: int) -> int:
    if at >= len(scan.tokens) or (scan.tokens[at].text == "năm" and is_figure(scan.tokens, at + 1)):
        return 0
    return NUMBER_WORDS.get(scan.tokens[at].text, 0)


def _year_figure(scan: Scan, at: int) -> int | None:
    if not is_figure(scan.tokens, at) or len(scan.tokens[at].text) != 4:
        return None
    value = scan.tokens[at].value
    return value if value in PLAUSIBLE_YEARS else None


def _year_after(scan: Scan, at: int) -> tuple[int | None, int]:
    """Read the year that may follow a day, month or quarter: "/2023", " năm 2023", ", 2023", "/23"."""
    after = at + 1 if scan.kind(at) in (*_SEPARATORS, Kind.COMMA) else at
    if scan.kind(after) is Kind.THIS_YEAR and scan.tokens[after].text == "năm nay":
        return scan.calendar.year, after + 1
    named = scan.kind(after) in (Kind.YEAR, Kind.THIS_YEAR)
    after += named
    year = _year_figure(scan, after)
    if year is not None and scan.kind(after + 1) not in (Kind.SLASH,):
        return year, after + 1
    slashed = after > at and scan.kind(at) in (Kind.SLASH, Kind.DOT)
    if (named or slashed) and is_figure(scan.tokens, after) and len(scan.tokens[after].text) == 2:
        short = scan.tokens[after].value
        if short > 12 and scan.kind(after + 1) not in _SEPARATORS:
            return 2000 + short, after + 1
    return None, at


# Figures with separators: 15/10/2023, 15.10, 10/2023, 2023/10/15


def _numeric(scan: Scan, at: int) -> Found | None:
    if _is_counted(scan, at):
        return None
    return _three_figures(scan, at) or _two_figures(scan, at) or _bare_year(scan, at)


def _separated(scan: Scan, at: int) -> bool:
    """Tell whether a figure, a separator and a figure stand here as parts of one date."""
    if not (is_figure(scan.tokens, at) and scan.kind(at + 1) in _SEPARATORS and is_figure(scan.tokens, at + 2)):
        return False
    mark, after = scan.tokens[at + 1], scan.tokens[at + 2]
    return mark.kind is not Kind.DOT or after.start == mark.end or (scan.kind(at + 3) is Kind.DOT)


def _three_figures(scan: Scan, at: int) -> Found | None:
    if not (_separated(scan, at) and _separated(scan, at + 2)):
        return _comma_date(scan, at)
    if len(scan.tokens[at + 4].text) == 4 and scan.kind(at + 5) is Kind.SLASH and is_figure(scan.tokens, at + 6):
        return Token(Kind.REFERENCE, scan.words(at, at + 7)), at + 7  # 15/10/2023/2024 is no date
    one, two, three = (scan.tokens[index] for index in (at, at + 2, at + 4))
    first, second = scan.tokens[at + 1].kind, scan.tokens[at + 3].kind
    if len(one.text) == 4 and max(len(two.text), len(three.text)) <= 2:
        return _dated(scan, (three.value, two.value, one.value), at, at + 5)
    if len(one.text) > 2 or len(two.text) > 2:
        return None
    if Kind.DASH in (first, second) and not _dashes_make_one_date(scan, at, (first, second)):
        return None
    year = _whole_year(three)
    return _dated(scan, (one.value, two.value, year), at, at + 5)


def _comma_date(scan: Scan, at: int) -> Found | None:
    """Read "15,10,2023": a slip, since three days would end with a day."""
    if [scan.kind(index) for index in range(at, at + 5)] != _COMMA_DATE or _year_figure(scan, at + 4) is None:
        return None
    day, month, year = (scan.tokens[index].value for index in (at, at + 2, at + 4))
    found = _dated(scan, (day, month, year), at, at + 5) if is_real_day(year, month, day) else None
    return None if found is None or not isinstance(found[0], Moment) else (replace(found[0], typo=True), found[1])


def _whole_year(token: Token) -> int:
    return 2000 + token.value if len(token.text) == 2 else token.value if len(token.text) == 4 else 0


def _dashes_make_one_date(scan: Scan, at: int, marks: tuple[Kind, Kind]) -> bool:
    one, two, three = (scan.tokens[index] for index in (at, at + 2, at + 4))
    full = len(three.text) == 4
    if marks == (Kind.DASH, Kind.DASH):
        glued = three.end - one.start == len(one.text) + len(two.text) + len(three.text) + 2
        return full or (len(three.text) == 2 and glued and scan.kind(at + 5) not in (Kind.SLASH, Kind.DOT))
    if marks[0] is Kind.DASH:
        # "9-11/2023" are months; "15-10/2023" can only be a day.
        after_day = scan.kind(at - 1) is Kind.DAY
        return full and (after_day or one.value > 12 or one.value >= two.value)
    return full and scan.kind(at + 5) not in _SEPARATORS


def _dated(scan: Scan, figures: tuple[int, int, int], at: int, end: int) -> Found | None:
    day, month, year = figures
    words = scan.words(at, end)
    swapped = month > 12 and is_real_day(year, day, month)
    if swapped:
        day, month = month, day
    typo = any(token.typo for token in scan.tokens[at:end])
    return Moment(words, day=day, month=month, year=year, month_first=swapped, typo=typo), end


def _two_figures(scan: Scan, at: int) -> Found | None:
    if not _separated(scan, at):
        return None
    one, mark, two = scan.tokens[at : at + 3]
    if len(two.text) == 4:
        return _month_and_year(scan, at)
    if len(one.text) == 4:
        return _year_and_month(scan, at)
    if len(one.text) > 2 or len(two.text) > 2:
        return None
    if mark.kind is Kind.DASH and not _dash_is_day_and_month(scan, at):
        return None
    return _day_and_month(scan, at)


def _month_and_year(scan: Scan, at: int) -> Found | None:
    one, year = scan.tokens[at], _year_figure(scan, at + 2)
    if len(one.text) > 2 or year is None or scan.kind(at + 3) is Kind.SLASH:
        return None
    return Moment(scan.words(at, at + 3), month=one.value, year=year), at + 3


def _year_and_month(scan: Scan, at: int) -> Found | None:
    year, month = _year_figure(scan, at), scan.tokens[at + 2]
    if year is None or len(month.text) > 2 or not 1 <= month.value <= 12:
        return None
    return Moment(scan.words(at, at + 3), month=month.value, year=year), at + 3


def _dash_is_day_and_month(scan: Scan, at: int) -> bool:
    if scan.dashes_join_days or scan.kind(at - 1) in (Kind.WEEK, Kind.QUARTER):
        return False
    return 1 <= scan.tokens[at + 2].value <= 12 and scan.kind(at + 3) not in (Kind.SLASH, Kind.MONTH)


def _day_and_month(scan: Scan, at: int) -> Found | None:
    day, month = scan.tokens[at].value, scan.tokens[at + 2].value
    year, end = _year_after(scan, at + 3)
    if year is None and 20 <= month <= 31 and day <= 12:
        return None  # "10/23": a month of 2023, or the 23rd; nobody can tell
    swapped = month > 12 and 1 <= day <= 12 and is_real_day(year or scan.calendar.year, day, month)
    if swapped:
        day, month = month, day
    typo = scan.tokens[at + 1].typo
    return Moment(scan.words(at, end), day=day, month=month, year=year, month_first=swapped, typo=typo), end


def _bare_year(scan: Scan, at: int) -> Found | None:
    year = _year_figure(scan, at)
    if year is None or scan.kind(at + 1) in (Kind.SLASH, Kind.COUNT):
        return None
    return Moment(scan.words(at, at + 1), year=year, firm=False), at + 1


def _is_counted(scan: Scan, at: int) -> bool:
    """Tell whether the figures count something: "10/15 đơn vị", "10 người"."""
    end = at + 1
    if scan.kind(at + 1) in (Kind.SLASH, Kind.DOT) and is_figure(scan.tokens, at + 2):
        end = at + 3
    return scan.kind(end) is Kind.COUNT or (scan.kind(end) is Kind.LABEL and not is_figure(scan.tokens, end + 1))


def _each(scan: Scan, at: int) -> Found | None:
    """Read "các tuần", "các tháng" without a number as every one of them."""
    if scan.kind(at + 1) not in (Kind.WEEK, Kind.MONTH) or _figure(scan, at + 2) or scan.kind(at + 2) in _PARTS:
        return None
    return Token(Kind.EVERY, scan.words(at, at + 2), 7), at + 2


def _quantity(scan: Scan, at: int) -> Found | None:
    """Read "10 người", "2 lần/tuần", "3 ngày", "93 năm" as what is counted, not when."""
    if scan.kind(at + 1) is Kind.WORKDAYS:
        return Token(Kind.QUANTITY, scan.words(at, at + 2)), at + 2
    if not _is_counted(scan, at):
        return _duration(scan, at)
    end = at + 2 if scan.kind(at + 1) not in (Kind.SLASH, Kind.DOT) else at + 4
    if scan.kind(end) is Kind.SLASH and scan.kind(end + 1) in (*_UNITS, Kind.QUARTER, Kind.YEAR):
        return Token(Kind.EVERY, scan.words(at, end + 2), 7), end + 2
    if scan.kind(end) is Kind.WEEK and not is_figure(scan.tokens, end + 1):
        return Token(Kind.EVERY, scan.words(at, end + 1), 7), end + 1
    return Token(Kind.QUANTITY, scan.words(at, end)), end


# Months are counted as such: negative, so that "1 tháng" from 01/10 ends on 31/10.
_DAYS_OF_UNIT = {Kind.DAY: 1, Kind.WEEK: 7, Kind.MONTH: -1, Kind.YEAR: -12, Kind.QUARTER: -3}


_UNCOUNTABLE = 400


def _count(scan: Scan, at: int) -> int:
    """Return how many units are meant, in figures or words; 0 if no count stands here."""
    token = scan.tokens[at]
    return token.value if token.kind is Kind.NUMBER else NUMBER_WORDS.get(token.text, 0)


def _duration(scan: Scan, at: int) -> Found | None:
    unit, count = scan.kind(at + 1), _count(scan, at)
    if unit not in _DAYS_OF_UNIT or not 0 < count < _UNCOUNTABLE:
        return None
    if unit is Kind.YEAR and is_figure(scan.tokens, at + 2):
        return None
    days = _DAYS_OF_UNIT[unit] * count
    return Token(Kind.QUANTITY, scan.words(at, at + 2), days), at + 2


def _counted_part(scan: Scan, at: int) -> Found | None:
    """Read "6 tháng đầu năm 2023", "10 ngày cuối tháng 10"."""
    named = scan.kind(at + 1) or Kind.WORD
    unit = Unit.MONTHS if named is Kind.QUARTER else _UNITS.get(named)
    part = _PARTS.get(scan.kind(at + 2) or Kind.WORD)
    count = _count(scan, at) * (3 if named is Kind.QUARTER else 1)
    if unit is None or part is None or not 0 < count < _UNCOUNTABLE:
        return None
    found = _container(scan, at + 3)
    if found is None or part is Part.MIDDLE:
        return None
    whole, end = found
    return replace(whole, text=scan.words(at, end), part=part, count=count, unit=unit), end


# Days: ngày 15 tháng 10 năm 2023, 15 tháng 10


def _day(scan: Scan, at: int) -> Found | None:
    first = at + 1
    while scan.kind(first) in (Kind.DAY, Kind.COLON):
        first += 1
    if is_figure(scan.tokens, first):
        numeric = _three_figures(scan, first) or _two_figures(scan, first)
        if numeric is not None and isinstance(numeric[0], Moment):
            return replace(numeric[0], keyworded=True), numeric[1]
    figure = _figure(scan, first)
    if figure is None:
        return None
    return _day_of(scan, first, figure) or (
        Moment(scan.words(at, figure[1]), day=figure[0], keyworded=True),
        figure[1],
    )


def _day_of(scan: Scan, at: int, figure: tuple[int, int]) -> Found | None:
    """Read the month that follows a day, if one does."""
    day, end = figure
    end += scan.kind(end) in (Kind.COMMA, Kind.SLASH, Kind.DASH) and _names_month(scan, end + 1)
    if not _names_month(scan, end):
        return None
    month = _figure(scan, end + 1)
    if month is None:
        return None
    year, after = _year_after(scan, month[1])
    return Moment(scan.words(at, after), day=day, month=month[0], year=year, keyworded=True), after


def _names_month(scan: Scan, at: int) -> bool:
    return scan.kind(at) in (Kind.MONTH, Kind.LETTER_T)


def _day_without_word(scan: Scan, at: int) -> Found | None:
    """Read "15 tháng 10"; but "3 tháng 9, 10, 11" counts the months that follow."""
    if len(scan.tokens[at].text) > 2 or _counts_months(scan, at):
        return None
    if _continues_weeks(scan, at):
        return _in_month(scan, at, (scan.tokens[at].value, at + 1))
    return _day_of(scan, at, (scan.tokens[at].value, at + 1))


def _continues_weeks(scan: Scan, at: int) -> bool:
    """Tell whether this is the last of some weeks: "tuần 1, 2 tháng 10"."""
    before = at - 1
    while scan.kind(before) in (Kind.NUMBER, Kind.COMMA, Kind.AND, Kind.DASH, Kind.TO):
        before -= 1
    return before < at - 1 and scan.kind(before) is Kind.WEEK and scan.kind(at + 1) is Kind.MONTH


def _counts_months(scan: Scan, at: int) -> bool:
    if scan.kind(at + 1) is not Kind.MONTH or scan.tokens[at].value < 2:
        return False
    listed, index = 0, at + 2
    while is_figure(scan.tokens, index):
        listed += 1
        index += 1
        while scan.kind(index) in (Kind.COMMA, Kind.AND) and is_figure(scan.tokens, index + 1):
            index += 1
    return listed == scan.tokens[at].value


# Months, quarters, weeks, years


def _month(scan: Scan, at: int) -> Found | None:
    first = at + 1
    while scan.kind(first) in (Kind.COLON, Kind.DOT, Kind.MONTH):
        first += 1
    if is_figure(scan.tokens, first):
        full = _three_figures(scan, first)
        if full is not None:
            return full
    figure = _figure(scan, first)
    if figure is None or _is_frequency(scan, figure[1]):
        return None
    if scan.tokens[first].text == "năm" and scan.kind(at - 1) is Kind.DAY:
        return None  # "ngày tháng năm" waits to be filled in
    month, end = figure
    year, end = _year_after(scan, end)
    typo = scan.tokens[at].typo
    return Moment(scan.words(at, end), month=month, year=year, keyworded=True, typo=typo), end


def _is_frequency(scan: Scan, at: int) -> bool:
    return scan.kind(at) in (Kind.COUNT, Kind.LABEL) and not is_figure(scan.tokens, at + 1)


def _frequency(scan: Scan, at: int) -> Found | None:
    """Read "tuần 1 lần", "tháng 2 buổi"."""
    if is_figure(scan.tokens, at + 1) and _is_frequency(scan, at + 2):
        return Token(Kind.EVERY, scan.words(at, at + 3), 7), at + 3
    return None


def _quarter(scan: Scan, at: int) -> Found | None:
    figure = _figure(scan, at + 1 + (scan.kind(at + 1) in (Kind.COLON, Kind.DOT)))
    if figure is None:
        return None
    year, end = _year_after(scan, figure[1])
    if figure[0] > 4:
        return Moment(scan.words(at, end), month=13, year=year, keyworded=True), end
    return Moment(scan.words(at, end), quarter=figure[0], year=year, keyworded=True), end


def _week(scan: Scan, at: int) -> Found | None:
    part = scan.kind(at + 1)
    if part in (Kind.EARLY, Kind.LATE):
        return _in_month(scan, at, (1 if part is Kind.EARLY else LAST_WEEK, at + 2))
    if part is Kind.MIDDLE:
        return _part(scan, at + 1)
    if is_figure(scan.tokens, at + 1) and scan.tokens[at + 1].value > 5 and _numeric(scan, at + 1) is not None:
        return None
    figure = _figure(scan, at + 1)
    if scan.kind(at + 1) is Kind.WEEKDAY:
        figure = scan.tokens[at + 1].value + 2, at + 2  # "tuần thứ hai" was taken for Monday
    if figure is None or (scan.kind(figure[1]) is Kind.DASH and _dates_follow(scan, figure)):
        return None
    return _in_month(scan, at, figure)


def _dates_follow(scan: Scan, figure: tuple[int, int]) -> bool:
    """Tell whether "tuần 01-07/10" gives days, not weeks."""
    value, end = figure
    if not is_figure(scan.tokens, end + 1):
        return value > 5
    last = scan.tokens[end + 1]
    return max(value, last.value) > 5 or last.text.startswith("0")


def _in_month(scan: Scan, at: int, figure: tuple[int, int]) -> Found:
    week, end = figure
    month, year, after = _month_of_week(scan, end)
    if month is None:
        year, after = _year_after(scan, end + (scan.kind(end) is Kind.MONTH))
    return Moment(scan.words(at, after), week=week, month=month, year=year, keyworded=True), after


def _month_of_week(scan: Scan, at: int) -> tuple[int | None, int | None, int]:
    after = at + (scan.kind(at) in (Kind.COMMA, Kind.SLASH, Kind.DASH))
    if scan.kind(after) is Kind.CAMPAIGN:
        return scan.calendar.span.start.month, scan.calendar.span.start.year, after + 1
    if _names_month(scan, after):
        figure = _figure(scan, after + 1)
        if figure is not None:
            return (figure[0], *_year_after(scan, figure[1]))
    if scan.kind(at) is Kind.SLASH and is_figure(scan.tokens, after) and len(scan.tokens[after].text) <= 2:
        return (scan.tokens[after].value, *_year_after(scan, after + 1))
    found = _month_and_year(scan, after) if _separated(scan, after) else None
    if found is not None and isinstance(found[0], Moment):
        return found[0].month, found[0].year, found[1]
    return None, None, at


def _year(scan: Scan, at: int) -> Found | None:
    year = _year_figure(scan, at + 1)
    if year is not None:
        return Moment(scan.words(at, at + 2), year=year, firm=False, keyworded=True), at + 2
    if scan.kind(at - 1) is Kind.UNTIL:
        return Moment(scan.words(at, at + 1), this_year=True, keyworded=True), at + 1
    return None


def _this_year(scan: Scan, at: int) -> Found | None:
    year = _year_figure(scan, at + 1)
    end = at + 1 if year is None else at + 2
    return Moment(scan.words(at, end), year=year, this_year=True, keyworded=True), end


# Parts: đầu tháng 9, nửa cuối quý IV, giữa năm


def _part(scan: Scan, at: int) -> Found | None:
    part = _PARTS[scan.tokens[at].kind]
    found = _container(scan, at + 1)
    if found is None:
        return _part_alone(scan, at, part)
    whole, end = found
    return replace(whole, text=scan.words(at, end), part=part, firm=True), end


def _part_alone(scan: Scan, at: int, part: Part) -> Found | None:
    """Read a part whose whole is named elsewhere: "từ giữa đến cuối tháng 10", "đầu tháng" of each month."""
    if scan.kind(at + 1) is Kind.WEEK:
        weekend = part is Part.LATE
        words = scan.words(at, at + 2)
        return (Token(Kind.WORKDAYS, words, 2) if weekend else Token(Kind.EVERY, words, 7)), at + 2
    if scan.kind(at + 1) is Kind.EVERY:
        return Token(Kind.EVERY, scan.words(at, at + 2), 30), at + 2
    end = at + 1 + (scan.kind(at + 1) in (Kind.MONTH, Kind.QUARTER))
    return Moment(scan.words(at, end), part=part), end


def _half(scan: Scan, at: int) -> Found | None:
    after = at + 1 + (scan.kind(at + 1) is Kind.MONTH)
    halves = {Kind.EARLY: Part.FIRST_HALF, Kind.LATE: Part.SECOND_HALF, Kind.AFTER: Part.SECOND_HALF}
    part = halves.get(scan.kind(after) or Kind.WORD)
    if part is None:
        return None
    found = _container(scan, after + 1)
    if found is None:
        return Moment(scan.words(at, after + 1), part=part), after + 1
    return replace(found[0], text=scan.words(at, found[1]), part=part, firm=True), found[1]


def _container(scan: Scan, at: int) -> tuple[Moment, int] | None:
    """Read the month, quarter, year, week or campaign a part is of."""
    kind = scan.kind(at)
    if kind is Kind.NUMBER:
        found = _two_figures(scan, at)
    elif kind is Kind.YEAR and _year_figure(scan, at + 1) is None:
        found = Moment(scan.words(at, at + 1), this_year=True), at + 1
    else:
        rule = _CONTAINERS.get(kind or Kind.WORD)
        found = rule(scan, at) if rule is not None else None
    if found is None or not isinstance(found[0], Moment) or found[0].scale is Scale.DAY:
        return None
    return found[0], found[1]


# Named spans and days


def _campaign(scan: Scan, at: int) -> Found:
    year, end = _year_after(scan, at + 1)
    span = scan.calendar.span
    if year is not None and year != scan.calendar.year:
        span = _moved(span, year - scan.calendar.year)
    return Moment(scan.words(at, end), span=span), end


def _moved(span: Window, years: int) -> Window:
    def moved(day: date) -> date:
        last = 29 if is_real_day(day.year + years, 2, 29) else 28
        return day.replace(year=day.year + years, day=min(day.day, last) if day.month == 2 else day.day)

    return Window(moved(span.start), moved(span.end))


def _named_day(scan: Scan, at: int) -> Found | None:
    value = scan.tokens[at].value
    after = at + 1 + (scan.kind(at + 1) is Kind.COMMA)
    dated = find_item(scan, after) if scan.kind(after) in (Kind.NUMBER, Kind.DAY, Kind.ISO) else None
    if dated is not None and isinstance(dated[0], Moment) and dated[0].scale is Scale.DAY:
        return dated
    year, end = _year_after(scan, at + 1)
    return Moment(scan.words(at, end), day=value % 100, month=value // 100, year=year, keyworded=True), end


def _iso(scan: Scan, at: int) -> Found:
    year, month, day = (int(figure) for figure in scan.tokens[at].text[:10].rstrip("t").split("-")[:3])
    end = at + 1 + (scan.kind(at + 1) is Kind.HOUR)
    return Moment(scan.tokens[at].text, day=day, month=month, year=year, iso=True), end


_EPOCH = date(1899, 12, 30)
_SERIALS = range(36526, 73051)  # 2000 to 2099


def serial_day(tokens: Sequence[Token]) -> Moment | None:
    """Read a text that is a spreadsheet's day number and nothing else: 45214, 45214.5."""
    figures = [token for token in tokens if token.kind is Kind.NUMBER]
    others = {token.kind for token in tokens} - {Kind.NUMBER}
    if not figures or len(figures) > 2 or (len(figures) == 2) != (len(tokens) == 3) or others - {Kind.DOT, Kind.COMMA}:
        return None
    if tokens[0] is not figures[0] or len(figures[0].text) != 5 or figures[0].value not in _SERIALS:
        return None
    day = _EPOCH + timedelta(figures[0].value)
    return Moment(figures[0].text, day=day.day, month=day.month, year=day.year, serial=True)


_CONTAINERS: dict[Kind, Rule] = {
    Kind.MONTH: _month,
    Kind.LETTER_T: _month,
    Kind.QUARTER: _quarter,
    Kind.YEAR: _year,
    Kind.THIS_YEAR: _this_year,
    Kind.WEEK: _week,
    Kind.CAMPAIGN: _campaign,
}
_RULES: dict[Kind, tuple[Rule, ...]] = {
    Kind.NUMBER: (_counted_part, _numeric, _day_without_word, _quantity),
    Kind.WORD: (_counted_part, _duration),
    Kind.EACH: (_each,),
    Kind.ISO: (_iso,),
    Kind.DAY: (_day,),
    Kind.MONTH: (_month, _frequency),
    Kind.LETTER_T: (_month,),
    Kind.QUARTER: (_quarter,),
    Kind.WEEK: (_frequency, _week),
    Kind.YEAR: (_year,),
    Kind.THIS_YEAR: (_this_year,),
    Kind.EARLY: (_part,),
    Kind.MIDDLE: (_part,),
    Kind.LATE: (_part,),
    Kind.HALF: (_half,),
    Kind.CAMPAIGN: (_campaign,),
    Kind.NAMED_DAY: (_named_day,),
}
