"""What a moment leaves unsaid, taken from its neighbours: "03, 04/10/2023", "từ giữa đến cuối tháng 10"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sheets_schema.periods.grammar.cursor import Item, figure_of
from sheets_schema.periods.moments import Moment, Scale, days_of
from sheets_schema.periods.tokens.time_token import TimeToken
from sheets_schema.periods.words.tags import Tag

_LINKS = frozenset({Tag.COMMA, Tag.AND, Tag.OR, Tag.DASH, Tag.TO, Tag.BREAK, Tag.FROM, Tag.WEEKDAY, Tag.UNTIL})
_SPEAKING = frozenset({Tag.WORD, Tag.ORDINAL, Tag.YEAR})
_QUARTERS = 4
_BOTH = 2  # a moment, and the one it follows
_NO_YEAR = 0  # both moments have theirs
_NEARLY_A_YEAR_LATER = timedelta(120)  # beyond it a day of an earlier month is not "next January"


def adopt_figures(items: Sequence[Item]) -> list[Item]:
    """Make moments of bare figures: days before "04/10", months after "tháng 9"."""
    adopted = list(items)
    if not any([isinstance(item, TimeToken) and figure_of(item) is not None for item in items]):
        return _followed(adopted)
    for at in reversed(range(len(adopted))):
        _adopt(adopted, at, _next_moment(adopted, at), days_only=True)
    for at in range(len(adopted)):
        _adopt(adopted, at, _previous_moment(adopted, at), days_only=False, inherit=True)
    for at in reversed(range(len(adopted))):
        _adopt(adopted, at, _next_moment(adopted, at), days_only=False)
    return _followed(adopted)


def _followed(items: list[Item]) -> list[Item]:
    if sum([isinstance(item, Moment) for item in items]) < _BOTH:
        return items
    for at in range(1, len(items)):
        _follow_scale(items, at)
        _follow_weekday(items, at)
    return items


def _follow_weekday(items: list[Item], at: int) -> None:
    """Read "tháng 11" of "Chủ nhật thứ hai của tháng 10 và tháng 11" as its second Sunday."""
    item = items[at]
    if not isinstance(item, Moment) or item.scale is not Scale.MONTH or item.part is not None:
        return
    before = _neighbour(items[:at][::-1])
    if before is not None and before.nth and before.month is not None:
        items[at] = before._replace(text=item.text, month=item.month, year=item.year)


def _follow_scale(items: list[Item], at: int) -> None:
    """Read "4/2023" of "quý 3-4/2023" as a quarter, "2/10" of "tuần 1-2/10" as a week."""
    item = items[at]
    if not isinstance(item, Moment) or item.keyworded:
        return
    before = _neighbour(items[:at][::-1])
    if before is None or not before.keyworded:
        return
    if before.scale is Scale.QUARTER and item.scale is Scale.MONTH and (item.month or 0) <= _QUARTERS:
        items[at] = item._replace(quarter=item.month, month=None, keyworded=True)
    elif before.scale is Scale.WEEK and before.month is None and item.scale is Scale.DAY:
        items[at] = item._replace(week=item.day, day=None, keyworded=True)


def _adopt(items: list[Item], at: int, neighbour: Moment | None, *, days_only: bool, inherit: bool = False) -> None:
    item = items[at]
    if neighbour is None or isinstance(item, Moment):
        return
    spoken = item.tag in _SPEAKING and neighbour.keyworded and neighbour.scale is not Scale.DAY
    if item.tag is not Tag.NUMBER and not spoken:
        return
    figure = figure_of(item)
    if figure is None or (days_only and neighbour.scale is not Scale.DAY):
        return
    like = _alike(item, figure, neighbour)
    if like is not None:
        if inherit and like.day is not None and neighbour.month is not None:
            like = like._replace(month=neighbour.month, year=neighbour.year)  # "tháng 9: 20-25; tháng 10: 10-15"
        items[at] = like
        _doubt(items, at, neighbour)


_DATE_MARKS = frozenset({Tag.DASH, Tag.COMMA})


def _doubt(items: list[Item], at: int, neighbour: Moment) -> None:
    """Keep what "9-11/2023" and "05,10/2023" mean as one date; three figures or a word make them months."""
    item, mark = items[at], items[at + 1] if at + 1 < len(items) else None
    following = at + 2
    joined = isinstance(mark, TimeToken) and mark.tag in _DATE_MARKS and following < len(items)
    if not joined or not isinstance(item, Moment) or items[following] is not neighbour or neighbour.keyworded:
        return
    if neighbour.other is not None:
        items[following] = neighbour._replace(other=None)
        return
    if item.month is None or neighbour.month is None or neighbour.year is None or neighbour.part is not None:
        return
    day = days_of(Moment(day=item.month, month=neighbour.month, year=neighbour.year), neighbour.year)
    items[at] = item._replace(other=day)
    items[following] = neighbour._replace(other=day)


def _alike(item: TimeToken, figure: int, neighbour: Moment) -> Moment | None:
    bare = Moment(item.text, keyworded=neighbour.keyworded)
    if neighbour.nth:
        return neighbour._replace(text=item.text, month=figure) if 1 <= figure <= 12 else None
    if neighbour.scale is Scale.DAY:
        return bare._replace(day=figure)
    if neighbour.scale is Scale.MONTH and neighbour.part is None:
        return bare._replace(month=figure) if 1 <= figure <= 12 else bare._replace(day=figure)
    if neighbour.scale is Scale.QUARTER and 1 <= figure <= 4:
        return bare._replace(quarter=figure)
    if neighbour.scale is Scale.WEEK and 1 <= figure <= 5:
        return bare._replace(week=figure)
    return None


def _next_moment(items: Sequence[Item], at: int) -> Moment | None:
    found = _neighbour(items[at + 1 :])
    # "9 và tháng 10": the word of the second is not the first's, unless it is a plain day.
    return found if found is None or found.scale is Scale.DAY or not found.keyworded else None


def _previous_moment(items: Sequence[Item], at: int) -> Moment | None:
    before = items[at - 1] if at else None
    if isinstance(before, TimeToken) and before.tag is Tag.COLON:
        found = _neighbour(items[: at - 1][::-1], linked=True)
        return found._replace(day=1) if found is not None and found.scale is Scale.MONTH else None
    found = _neighbour(items[:at][::-1])
    led = isinstance(before, TimeToken) and before.tag is Tag.FROM
    # "tháng 10, từ 5-8": days of that month
    return found._replace(day=1) if led and found is not None and found.scale is Scale.MONTH and found.month else found


def _neighbour(items: Sequence[Item], *, linked: bool = False) -> Moment | None:
    """Return the moment these items begin with, after at least one linking word."""
    for item in items:
        if isinstance(item, Moment):
            return item if linked else None
        if item.tag not in _LINKS:
            return None
        linked = linked or item.tag is not Tag.WEEKDAY  # "tiết 1 thứ Hai 09/10"
    return None


def complete(moments: Sequence[Moment], default_year: int) -> list[Moment]:
    """Give moments the month and year of their neighbours; what none of them names stays open."""
    if len(moments) < 2:
        return list(moments)
    completed = _with_months(list(moments))
    return _with_years(completed, default_year)


def _with_months(moments: list[Moment]) -> list[Moment]:
    for at in reversed(range(len(moments) - 1)):
        moments[at] = _borrowing(moments[at], moments[at + 1])
    for at in range(1, len(moments)):
        moments[at] = _borrowing(moments[at], moments[at - 1])
    return moments


def _borrowing(moment: Moment, neighbour: Moment) -> Moment:
    if moment.is_complete:
        return moment
    if moment.scale is Scale.NOTHING:
        if neighbour.scale in (Scale.NOTHING, Scale.DAY):
            return moment
        return neighbour._replace(text=moment.text, part=moment.part, number=moment.number, unit=moment.unit, firm=True)
    if neighbour.scale is Scale.SPAN and neighbour.span is not None:
        first, last = neighbour.span.start, neighbour.span.end
        return moment._replace(month=first.month, year=first.year) if first.month == last.month else moment
    if neighbour.month is None:
        return moment
    lunar = moment.lunar or neighbour.lunar  # "từ mùng 1 đến rằm tháng 8"
    return moment._replace(month=neighbour.month, year=moment.year or neighbour.year, lunar=lunar)


def _with_years(moments: list[Moment], default_year: int) -> list[Moment]:
    for at in reversed(range(len(moments) - 1)):
        moments[at] = _dated_before(moments[at], moments[at + 1], default_year)
    undated = all([moment.year is None for moment in moments])
    for at in range(1, len(moments)):
        earlier = moments[at - 1]._replace(year=moments[at - 1].year or default_year) if undated else moments[at - 1]
        dated = _dated_after(moments[at], earlier)
        # Where no year is written only "20/12, 05/01" makes one: the rest is for the campaign's year.
        moments[at] = dated if not undated or dated.year != earlier.year else moments[at]
    return moments


def _dated_before(moment: Moment, later: Moment, default_year: int) -> Moment:
    """Take the year of what follows, or the one before it where the new year lies between."""
    if moment.year is not None or later.year is None or moment.span is not None:
        return moment
    dated = moment._replace(year=later.year)
    if _starts_after(dated, later) and later.year - 1 == default_year:
        return moment._replace(year=default_year)
    return dated


def _dated_after(moment: Moment, earlier: Moment) -> Moment:
    """Take the year of what precedes, or the next where the new year lies between."""
    if moment.year is not None or earlier.year is None or moment.span is not None:
        return moment
    dated = moment._replace(year=earlier.year)
    later = moment._replace(year=earlier.year + 1)
    if _starts_after(earlier, dated) and _gap(earlier, later) <= _NEARLY_A_YEAR_LATER:
        return later
    return dated


def _starts_after(moment: Moment, other: Moment) -> bool:
    mine, its = days_of(moment, _NO_YEAR), days_of(other, _NO_YEAR)
    return mine is not None and its is not None and mine.start > its.end


def _gap(moment: Moment, other: Moment) -> timedelta:
    mine, its = days_of(moment, _NO_YEAR), days_of(other, _NO_YEAR)
    return its.start - mine.end if mine is not None and its is not None else timedelta.max
