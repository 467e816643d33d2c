"""What was read in a stretch of text: its clauses, what colours them, and whether too much was left unread."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import zip_longest
from typing import NamedTuple

from sheets_schema.periods.grammar.completion import adopt_figures
from sheets_schema.periods.grammar.cursor import Item
from sheets_schema.periods.grammar.lunar_days import mark_lunar
from sheets_schema.periods.grammar.moment_rules import find_moments
from sheets_schema.periods.meaning.clauses import Clause, Parsed, Phrase, Refusal, is_whole, parse, resolve
from sheets_schema.periods.meaning.monthly_days import (
    EVERY_MONTH,
    days_of_month,
    is_day_of_months,
    is_mere_part,
    without_loose,
)
from sheets_schema.periods.meaning.two_readings import days_for_minutes, whole_of_stage
from sheets_schema.periods.meaning.unread_words import unread_words, unused_week
from sheets_schema.periods.meaning.weekdays import Weekdays, take_weekdays
from sheets_schema.periods.moments import Days, Moment
from sheets_schema.periods.period_records import Calendar, TimeFault
from sheets_schema.periods.tokens.time_token import TimeToken
from sheets_schema.periods.tokens.token_repair import HOURS, drop_asides, drop_fillers, drop_hours, has_any
from sheets_schema.periods.tokens.weekday_words import name_nth_weekdays
from sheets_schema.periods.words.tags import Tag

_MOST_UNREAD = 24  # words beside a time; with more the cell holds something else
_NO_WEEKDAYS = Weekdays()


class Sense(NamedTuple):
    """What one stretch of text means, before it becomes a reading."""

    clauses: tuple[Clause, ...] = ()
    weekdays: Weekdays = _NO_WEEKDAYS
    every: int | None = None  # days between occurrences, 0 unknown, None not recurring
    always: bool = False
    about: bool = False
    occasion: bool = False  # "dịp …": that day, or about then if it is longer
    without_pause: bool = False  # "liên tục từ ... đến ...": all of those days
    peak: bool = False
    words: int = 0  # left unread beside the time
    either: bool = False
    duration: int = 0  # days; months if negative
    days_of_month: tuple[int, ...] = ()  # "ngày 15 hằng tháng"
    counted: int = 0  # "05 ngày", where only one such number is given
    spread: bool = False  # "mỗi xã 01 ngày": the number is not of all days
    unread: str = ""  # words that are not in the period
    other: Days | None = None  # the same words may mean these days as well
    refusal: Refusal | None = None
    typo: bool = False

    @property
    def says_time(self) -> bool:
        """Return True if there is anything to go by."""
        return bool(self.clauses) or self.always or self.every is not None or self.weekdays.plural


class TimeText(NamedTuple):
    """What every step may ask for: the text as typed and the calendar."""

    text: str
    calendar: Calendar


_UNPARSEABLE = Refusal(TimeFault.UNPARSEABLE)


def is_inside(inner: Clause, outer: Clause) -> bool:
    """Return True if one clause lies within another and is not the same."""
    if inner.start is None or inner.end is None or outer.start is None or outer.end is None:
        return False
    return (
        outer.start <= inner.start and inner.end <= outer.end and (inner.start, inner.end) != (outer.start, outer.end)
    )


def sense_of(tokens: Sequence[TimeToken], source: TimeText, container: Sequence[Moment] = ()) -> Sense:
    """Read tokens, with the moment outside a bracket for what they leave unsaid."""
    kept, dated = drop_asides(tokens)
    kept = drop_fillers(drop_hours(kept))
    found = find_moments(name_nth_weekdays(kept), source.text, source.calendar)
    items = mark_lunar(adopt_figures(found))
    sense = sense_of_items(items, source, container)
    if dated and not sense.unread:
        sense = sense._replace(unread=source.text[dated[0].start : dated[-1].end])
    if sense.other is None and len(sense.clauses) == 1 and has_any(tokens, HOURS):
        sense = sense._replace(other=days_for_minutes(tokens, sense.clauses[0]))
    if sense.refusal is None and not sense.says_time and any(_is_office_hours(token) for token in tokens):
        sense = sense._replace(always=True)
    return sense._replace(typo=True) if any([token.typo for token in tokens]) else sense


def _is_office_hours(token: TimeToken) -> bool:
    return token.tag is Tag.SESSION and token.value > 0


def sense_of_items(items: Sequence[Item], source: TimeText, container: Sequence[Moment] = ()) -> Sense:
    """Read moments and the tokens between them."""
    marks = [item for item in items if isinstance(item, TimeToken)]
    tags = {mark.tag for mark in marks}
    typo = any([item.typo for item in items])
    if not _VOID.isdisjoint(tags) or (Tag.SLASH in tags and _has_torn_date(items)):
        return Sense(refusal=_UNPARSEABLE, typo=typo)
    bare, weekdays = take_weekdays(items)
    every = max(mark.value for mark in marks if mark.tag is Tag.EVERY) if Tag.EVERY in tags else None
    read = [item for item in bare if isinstance(item, Moment) or item.tag not in _COLOURS]
    if every is None and weekdays.days and any(isinstance(item, Moment) and is_mere_part(item) for item in read):
        every = EVERY_MONTH  # "thứ Hai đầu tháng"
    if every is None and Tag.EACH in tags and is_day_of_months(bare):
        every = EVERY_MONTH
    dated, loose = without_loose(read) if every is not None else (read, ())
    parsed = parse(dated)
    always, peak = Tag.ALWAYS in tags, Tag.PEAK in tags
    words = _unread_words(parsed)
    lasting = peak or always or every is not None
    doubtful = (parsed.torn and not lasting) or _forbids_trust(parsed, words, recurring=always or every is not None)
    clauses = _UNPARSEABLE if doubtful else resolve(_inside(parsed, container), source.calendar.year)
    if isinstance(clauses, Refusal):
        return Sense(refusal=clauses, typo=typo)
    if not lasting:
        clauses = _closed(parsed.phrases, clauses)
    kept = _without_containers(clauses, widest=lasting or weekdays.plural)
    return Sense(
        clauses=kept,
        weekdays=weekdays,
        every=every,
        always=always,
        about=Tag.ABOUT in tags,
        occasion=Tag.OCCASION in tags and _is_occasion(items),
        without_pause=not always or all(mark.tag is not Tag.ALWAYS or mark.value for mark in marks),
        peak=peak,
        words=words,
        either=Tag.OR in tags,
        duration=_duration(marks) if Tag.QUANTITY in tags else 0,
        days_of_month=days_of_month(loose) if loose else (),
        counted=_counted(marks) if Tag.QUANTITY in tags else 0,
        spread=Tag.EACH in tags or Tag.LABEL in tags,
        unread=unread_words(items, parsed, source.text) or unused_week(parsed, loose),
        other=whole_of_stage(items, clauses) if kept != clauses else None,
        typo=typo,
    )


_COLOURS = frozenset({Tag.ABOUT, Tag.EVERY, Tag.ALWAYS, Tag.OCCASION, Tag.QUANTITY, Tag.EACH, Tag.PEAK})
_WORDS = frozenset(
    {Tag.WORD, Tag.MONTH, Tag.YEAR, Tag.QUARTER, Tag.WEEK, Tag.NTH, Tag.ORDINAL, Tag.LETTER_T, Tag.HALF,
     Tag.TO, Tag.THIS_YEAR, Tag.EARLY, Tag.MIDDLE, Tag.LATE, Tag.UNTIL, Tag.ARTICLE}
)  # fmt: skip


def _duration(marks: Sequence[TimeToken]) -> int:
    """Return the first number of days that is given, or of months if negative."""
    return next((mark.value for mark in marks if mark.tag is Tag.QUANTITY and mark.value), 0)


def _counted(marks: Sequence[TimeToken]) -> int:
    """Return how many days are said to be, or months if negative; 0 where that is not said, or more than once."""
    counts = [mark for mark in marks if mark.tag is Tag.QUANTITY and mark.value]
    return counts[0].value if len(counts) == 1 and counts[0].text.endswith(("ngày", "tháng")) else 0


_VOID = frozenset({Tag.VOID, Tag.REFERENCE, Tag.LUNAR})


def _has_torn_date(items: Sequence[Item]) -> bool:
    """Return True if a slash hangs on a date without a figure on its other side: "xx/10/2023"."""
    for at, mark in enumerate(items):
        if not isinstance(mark, TimeToken) or mark.tag is not Tag.SLASH:
            continue
        before = isinstance(items[at - 1], Moment) if at else False
        after = isinstance(items[at + 1], Moment) if at + 1 < len(items) else before
        if before != after:
            return True
    return False


def _is_occasion(items: Sequence[Item]) -> bool:
    for item, after in zip_longest(items, items[1:]):
        if (
            isinstance(item, TimeToken)
            and item.tag is Tag.OCCASION
            and (item.text != "nhân" or isinstance(after, Moment))
        ):
            return True
    return False


def _closed(phrases: Sequence[Phrase], clauses: tuple[Clause, ...]) -> tuple[Clause, ...]:
    """Let a later date end what has only a beginning: "khởi công 05/10, tặng quà 15/11"."""
    if None not in [clause.end for clause in clauses]:
        return clauses
    dated = [clause for phrase, clause in zip(phrases, clauses, strict=True) if phrase.start == phrase.end]
    closed = []
    for phrase, clause in zip(phrases, clauses, strict=True):
        last = max(dated, key=_end_of, default=None)
        is_open = clause.end is None and clause.start is not None and not phrase.onward
        if is_open and last is not None and _end_of(last) >= _start_of(clause):
            closed.append(clause._replace(end=last.end, moments=(*clause.moments, *last.moments)))
        else:
            closed.append(clause)
    return tuple(closed)


def _end_of(clause: Clause) -> date:
    return clause.end or date.max


def _start_of(clause: Clause) -> date:
    return clause.start or date.min


def _inside(parsed: Parsed, container: Sequence[Moment]) -> Parsed:
    """Put the moment outside a bracket before those inside it, for what they leave unsaid."""
    if not container:
        return parsed
    phrases = tuple(
        phrase._replace(
            start=None if phrase.start is None else phrase.start + 1,
            end=None if phrase.end is None else phrase.end + 1,
        )
        for phrase in parsed.phrases
    )
    return parsed._replace(phrases=phrases, moments=(container[-1], *parsed.moments))


_MEANINGFUL = frozenset({Tag.BEFORE, Tag.AFTER, Tag.BY, Tag.NUMBER, Tag.BLANK, Tag.HOUR, Tag.ISO})


def _forbids_trust(parsed: Parsed, words: int, *, recurring: bool) -> bool:
    """Return True if what is left unread forbids trusting what was read; `words` is how many words are among it."""
    if any([token.tag in _MEANINGFUL for token in parsed.unread]):
        return True
    firm = any([moment.firm for moment in parsed.moments])
    return words > _MOST_UNREAD or (words > 0 and not firm and not recurring)


def _unread_words(parsed: Parsed) -> int:
    return sum([token.tag in _WORDS and token.text.replace(" ", "").isalnum() for token in parsed.unread])


def _without_containers(clauses: Sequence[Clause], *, widest: bool) -> tuple[Clause, ...]:
    """Keep "ngày 15/10" of "tháng 10, ngày 15/10"; but "tháng 10, cao điểm 15/10" is the month."""
    if len(clauses) < 2:
        return tuple(clauses)
    different: dict[tuple[date | None, date | None], Clause] = {}
    for clause in clauses:
        same = different.get((clause.start, clause.end))
        if same is None or same.is_campaign:  # "Tháng Dân vận, từ 01/10 đến 31/10" names its days
            different[clause.start, clause.end] = clause
    clauses = list(different.values())
    if len(clauses) < 2:
        return tuple(clauses)
    if widest:
        return tuple(inner for inner in clauses if not any(is_inside(inner, outer) for outer in clauses))
    kept = tuple(
        outer for outer in clauses if not (is_whole(outer) and any(is_inside(inner, outer) for inner in clauses))
    )
    return _narrowed(kept) if len(kept) == 2 else kept


def _narrowed(clauses: Sequence[Clause]) -> tuple[Clause, ...]:
    """Close the open side of "trong tháng 10, xong trước 25/10" by the month beside it."""
    first, second = clauses
    if first.start is not None and second.start is None and second.end is not None and first.start <= second.end:
        return (second._replace(start=first.start, moments=(*first.moments, *second.moments)),)
    for outer, inner in (clauses, tuple(reversed(clauses))):
        if not is_whole(outer) or outer.start is None or outer.end is None:
            continue
        if inner.start is None and inner.end is not None and outer.start <= inner.end <= outer.end:
            return (inner._replace(start=outer.start),)
        if inner.end is None and inner.start is not None and outer.start <= inner.start <= outer.end:
            return (inner._replace(end=outer.end),)
    return tuple(clauses)
