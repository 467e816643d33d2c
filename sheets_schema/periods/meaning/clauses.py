"""Moments joined by "từ", "đến", "trước", "sau" into clauses with days; several clauses into one period."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sheets_schema.periods.grammar.completion import complete
from sheets_schema.periods.grammar.cursor import Item
from sheets_schema.periods.moments import Days, Moment, Scale, days_of
from sheets_schema.periods.period_records import TimeFault
from sheets_schema.periods.tokens.time_token import TimeToken
from sheets_schema.periods.words.tags import Tag

_DAY = timedelta(1)
_PAUSES = frozenset({Tag.COMMA, Tag.BREAK, Tag.COLON, Tag.AND, Tag.DOT, Tag.OR, Tag.DASH})
_INCLUSIVE_ENDS = frozenset({Tag.TO, Tag.UNTIL, Tag.BY, Tag.FINISH})
_LEADS_TO_END = _INCLUSIVE_ENDS | {Tag.BEFORE, Tag.COLON, Tag.DAY, Tag.ABOUT, Tag.MONTH}
_JOINS = frozenset({Tag.AND, Tag.TO, Tag.DASH})
_LIST_MARKS = frozenset({Tag.COMMA, Tag.AND})
_BREAK = frozenset({Tag.BREAK})
_DASHES = frozenset({Tag.DASH, Tag.BREAK, Tag.DAY})


class Phrase(NamedTuple):
    """A clause before its days are known: indices of its moments, and which sides are open or exclusive."""

    start: int | None
    end: int | None
    after: bool = False  # "sau ngày": the day itself is not included
    before: bool = False  # "trước ngày"
    onward: bool = False  # "trở đi", "đến nay": open by its own words


class Clause(NamedTuple):
    """Days with what is known of them."""

    start: date | None
    end: date | None
    moments: tuple[Moment, ...]

    @property
    def is_vague(self) -> bool:
        """Return True if a convention gave the days."""
        return any([moment.is_vague for moment in self.moments])

    @property
    def is_campaign(self) -> bool:
        """Return True if the campaign was named instead of days."""
        return any([moment.span is not None for moment in self.moments])

    @property
    def is_single_day(self) -> bool:
        """Return True if one day is meant."""
        return self.start is not None and self.start == self.end


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why moments give no days."""

    fault: TimeFault
    culprit: str = ""


class _Cursor:
    def __init__(self, items: Sequence[Item]) -> None:
        self.at = 0
        # what a moment has none of, nor the end
        self._tags = {at: item.tag for at, item in enumerate(items) if isinstance(item, TimeToken)}
        self.moments = {at: item for at, item in enumerate(items) if isinstance(item, Moment)}

    def tag(self, ahead: int = 0) -> Tag | None:
        return self._tags.get(self.at + ahead)

    def is_moment(self) -> bool:
        return self.at in self.moments

    def skip(self, tags: frozenset[Tag]) -> None:
        while self.tag() in tags:
            self.at += 1


class Parsed(NamedTuple):
    """The phrases of a text, the moments they point at, and the tokens no phrase used."""

    phrases: tuple[Phrase, ...]
    moments: tuple[Moment, ...]
    unread: tuple[TimeToken, ...]
    torn: bool = False  # "từ 01/10 … 15/10": the end is there, what leads to it is not understood


def is_whole(clause: Clause) -> bool:
    """Return True if a clause is one moment longer than a day: a month, a quarter."""
    return len(clause.moments) == 1 and clause.moments[0].scale is not Scale.DAY


def parse(items: Sequence[Item]) -> Parsed:
    """Read phrases from left to right; never fails, what fits nowhere is left unread."""
    cursor = _Cursor(items)
    order = {index: number for number, index in enumerate(cursor.moments)}
    phrases: list[Phrase] = []
    unread: list[TimeToken] = []
    torn = False
    paused = True
    while cursor.at < len(items):
        before = cursor.at
        phrase = _phrase(cursor)
        if phrase is not None:
            torn = torn or (not paused and _waits_for_end(phrases[-1], phrase))
            paused = False
            phrases.append(_renumbered(phrase, order))
            continue
        cursor.at = before + 1
        item = items[before]
        if isinstance(item, TimeToken):
            paused = paused or item.tag in _PAUSES
            unread.append(item)
    return Parsed(tuple(phrases), tuple(cursor.moments.values()), tuple(unread), torn)


def _waits_for_end(phrase: Phrase, following: Phrase) -> bool:
    """Return True if a phrase is open and what follows could be its end, were it led to."""
    return phrase.end is None and not phrase.onward and following.start == following.end


def _renumbered(phrase: Phrase, order: dict[int, int]) -> Phrase:
    start = None if phrase.start is None else order[phrase.start]
    return phrase._replace(start=start, end=None if phrase.end is None else order[phrase.end])


def _phrase(cursor: _Cursor) -> Phrase | None:
    if cursor.is_moment():
        return _moment_first(cursor)
    tag = cursor.tag()
    rule = _PHRASES.get(tag) if tag is not None else None
    return None if rule is None else rule(cursor)


def _moment(cursor: _Cursor) -> int | None:
    if not cursor.is_moment():
        return None
    cursor.at += 1
    return cursor.at - 1


def _until(cursor: _Cursor) -> Phrase | None:
    """Read "đến X", "trước X"."""
    end = _end(cursor)
    return None if end is None else Phrase(None, end[0], before=end[1])


_LEADS_TO_START = frozenset({Tag.FROM, Tag.START, Tag.DAY, Tag.COLON})


def _from(cursor: _Cursor) -> Phrase | None:
    """Read "từ X đến Y", "từ X trở đi", "từ nay đến Y", "từ (lúc nào đó) đến Y"."""
    cursor.skip(_LEADS_TO_START)
    after = cursor.tag() is Tag.AFTER
    cursor.at += after
    start = _moment(cursor)
    if start is None:
        return _from_unsaid(cursor)
    end = _end_of_range(cursor)
    if end is None:
        return Phrase(start, None, after=after, onward=_skip_onward(cursor))
    return Phrase(start, end[0], after=after, before=end[1])


def _skip_onward(cursor: _Cursor) -> bool:
    """Skip "trở đi", "đến nay" and "- nay": the period plainly has no end."""
    to_now = cursor.tag() in _LEADS_TO_NOW and cursor.tag(1) is Tag.NOW
    length = 1 if cursor.tag() is Tag.ONWARD else 2 * to_now
    cursor.at += length
    return length > 0


_LEADS_TO_NOW = frozenset({Tag.TO, Tag.UNTIL, Tag.DASH})


def _between(cursor: _Cursor) -> Phrase | None:
    """Read "giữa ngày 10/10 và 15/10"."""
    cursor.at += 1
    start = _moment(cursor)
    cursor.skip(_JOINS)
    end = None if start is None else _moment(cursor)
    return None if end is None else Phrase(start, end)


_UNSAID = frozenset({Tag.NOW, Tag.WORD, Tag.ASIDE, Tag.AND, Tag.COMMA, Tag.DAY})
_ENDS = frozenset({Tag.TO, Tag.UNTIL, Tag.BEFORE, Tag.BY})


def _from_unsaid(cursor: _Cursor) -> Phrase | None:
    begin = cursor.at
    cursor.skip(_UNSAID)
    return _until(cursor) if cursor.at > begin and cursor.tag() in _ENDS else None


def _after(cursor: _Cursor) -> Phrase | None:
    cursor.at += 1
    while cursor.tag() is Tag.DAY:
        cursor.at += 1
    start = _moment(cursor)
    if start is None:
        return None
    end = _end_of_range(cursor)
    return Phrase(start, None, after=True) if end is None else Phrase(start, end[0], after=True, before=end[1])


def _moment_first(cursor: _Cursor) -> Phrase:
    start = cursor.at
    cursor.at += 1
    end = _end_of_range(cursor, comma=False)
    if end is not None:
        return Phrase(start, end[0], before=end[1])
    return Phrase(start, None, onward=True) if _skip_onward(cursor) else Phrase(start, start)


def _end_of_range(cursor: _Cursor, *, comma: bool = True) -> tuple[int, bool] | None:
    """Read the end of a range if one follows; the cursor stays where it was if none does."""
    begin = cursor.at
    if comma:
        cursor.skip(_LIST_MARKS)
    cursor.skip(_BREAK)
    end = None
    if cursor.tag() is Tag.DASH:
        cursor.skip(_DASHES)
        end = _end(cursor)
    elif cursor.tag() in _INCLUSIVE_ENDS or (cursor.tag() is Tag.BEFORE and comma):
        end = _end(cursor)
    if end is None:
        cursor.at = begin
    return end


def _end(cursor: _Cursor) -> tuple[int, bool] | None:
    """Read "đến X", "đến hết X", "trước X", "chậm nhất trước X": the moment, and whether it is excluded."""
    before = False
    while (tag := cursor.tag()) in _LEADS_TO_END:
        before = before or tag is Tag.BEFORE
        cursor.at += 1
    end = _moment(cursor)
    return None if end is None else (end, before)


_PHRASES: dict[Tag, Callable[[_Cursor], Phrase | None]] = {
    Tag.FROM: _from,
    Tag.START: _from,
    Tag.MIDDLE: _between,
    Tag.AFTER: _after,
    **dict.fromkeys(_ENDS, _until),
}


# Days


def resolve(parsed: Parsed, default_year: int) -> tuple[Clause, ...] | Refusal:
    """Give every phrase its days; the first moment the calendar does not have refuses the whole."""
    moments = complete(parsed.moments, default_year)
    days: list[Days] = []
    for moment in moments:
        if not moment.is_complete:
            return Refusal(TimeFault.UNPARSEABLE, moment.text)
        found = days_of(moment, default_year)
        if found is None:
            return Refusal(TimeFault.IMPOSSIBLE, moment.text)
        days.append(found)
    clauses: list[Clause] = []
    for phrase in parsed.phrases:
        clause = _clause(phrase, moments, days, default_year)
        if isinstance(clause, Refusal):
            return clause
        clauses.append(clause)
    return tuple(clauses)


def _clause(phrase: Phrase, moments: Sequence[Moment], days: Sequence[Days], default_year: int) -> Clause | Refusal:
    used = tuple([moments[at] for at in dict.fromkeys((phrase.start, phrase.end)) if at is not None])
    start = None if phrase.start is None else days[phrase.start]
    end = None if phrase.end is None else days[phrase.end]
    if start is not None and end is not None and end.end < start.start:
        end = _next_year(moments, phrase, default_year)
        if end is None:
            return Refusal(TimeFault.REVERSED, " - ".join(moment.text for moment in used))
    if start is not None and end is not None and _is_anniversary(start, end):
        start = end
    first = None if start is None else start.end + _DAY if phrase.after else start.start
    last = None if end is None else end.start - _DAY if phrase.before else end.end
    if first is not None and last is not None and last < first:
        return Refusal(TimeFault.REVERSED, " - ".join(moment.text for moment in used))
    return Clause(first, last, used)


def _next_year(moments: Sequence[Moment], phrase: Phrase, default_year: int) -> Days | None:
    """Let a range without years cross the new year: its end month is earlier than its start month."""
    if phrase.start is None or phrase.end is None:
        return None
    start, end = moments[phrase.start], moments[phrase.end]
    this, other = days_of(start, default_year), days_of(end, default_year)
    if start.year is not None or end.year is not None or this is None or other is None:
        return None
    return days_of(end, default_year + 1) if other.end.month < this.start.month else None


def _is_anniversary(start: Days, end: Days) -> bool:
    # "15/10/1930 - 15/10/2023" in a title is the day, not the ninety-three years.
    same_day = (start.start.day, start.start.month) == (end.end.day, end.end.month)
    return same_day and start.start == start.end and end.start == end.end and end.end.year - start.start.year > 1
