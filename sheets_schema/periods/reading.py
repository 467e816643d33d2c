"""A time text read as a clerk would: what is not understood is flagged, never guessed."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import zip_longest

from sheets_schema.periods.clauses import Clause, Parsed, Refusal, parse, resolve
from sheets_schema.periods.completion import adopt_figures
from sheets_schema.periods.lexicon import Kind, lexicon_of
from sheets_schema.periods.moments import Moment, Part, Scale
from sheets_schema.periods.preparation import (
    drop_asides,
    drop_fillers,
    drop_hours,
    mend_marks,
    name_weekdays,
    split_brackets,
)
from sheets_schema.periods.records import Calendar, Certainty, Fault, Note, Period, Reading
from sheets_schema.periods.scanning import Item, find_moments, serial_day
from sheets_schema.periods.tokens import Token, mend_figures, normalised, tokenise
from sheets_schema.periods.weekdays import Weekdays, occurrences, take_weekdays

_LONGEST = 400  # characters; a longer text is not a time
_SHOWN = 80  # characters of an endless text worth quoting
_MOST_UNREAD = 24  # words beside a time; with more the cell holds something else


_NO_WEEKDAYS = Weekdays()


@dataclass(frozen=True, slots=True)
class Sense:
    """What one stretch of text says, before it becomes a reading."""

    clauses: tuple[Clause, ...] = ()
    weekdays: Weekdays = _NO_WEEKDAYS
    every: int | None = None  # days between occurrences, 0 unknown, None not recurring
    always: bool = False
    about: bool = False
    without_pause: bool = False  # "liên tục từ ... đến ...": all of those days
    peak: bool = False
    words: int = 0  # left unread beside the time
    either: bool = False
    duration: int = 0  # days; months if negative
    days_of_month: tuple[int, ...] = ()  # "ngày 15 hằng tháng"
    refusal: Refusal | None = None
    typo: bool = False

    @property
    def says_time(self) -> bool:
        """Tell whether there is anything to go by."""
        return bool(self.clauses) or self.always or self.every is not None or self.weekdays.plural


@dataclass(frozen=True, slots=True)
class Source:
    """What every step may ask for: the text as typed and the calendar."""

    text: str
    calendar: Calendar


_NOTHING = Reading(None, Certainty.UNREADABLE, Fault.UNPARSEABLE)
_UNPARSEABLE = Refusal(Fault.UNPARSEABLE)


def read_period(text: str, calendar: Calendar) -> Reading:
    """Return the period a text names, or the fault that keeps it from naming one. Never raises."""
    typed = normalised(text)
    if not typed or len(typed) > _LONGEST:
        return replace(_NOTHING, culprit=typed[:_SHOWN])
    mended = mend_figures(typed)
    tokens = name_weekdays(mend_marks(tokenise(mended, lexicon_of(calendar))))
    serial = serial_day(tokens)
    source = Source(mended, calendar)
    if serial is not None:
        return _reading(_sense_of_items([serial], source), typed)
    outside, inside = split_brackets(tokens)
    sense = _with_brackets(_sense(outside, source), inside, source)
    return _reading(replace(sense, typo=True) if mended != typed else sense, typed)


def _with_brackets(main: Sense, brackets: Sequence[Sequence[Token]], source: Source) -> Sense:
    """Let a bracket say the time, narrow it ("Tháng 10 (ngày 15)") or be a mere note."""
    if not brackets:
        return main
    joined: list[Token] = []
    for bracket in brackets:
        joined += [*bracket, Token(Kind.BREAK, "")]
    if not main.says_time:
        note = _sense(joined, source)
        spoilt = main.refusal is not None and main.refusal.fault is not Fault.UNPARSEABLE
        return main if spoilt or not note.says_time else replace(note, about=note.about or main.about)
    container = main.clauses[0].moments[-1:] if len(main.clauses) == 1 else ()
    note = _sense(joined, source, container)
    if not main.clauses and note.clauses and not note.words:
        return replace(main, clauses=note.clauses)
    if _narrows(note, main):
        return replace(note, about=note.about or main.about)
    main = replace(main, duration=main.duration or note.duration)
    return replace(main, about=main.about or any(token.kind is Kind.ABOUT for token in joined))


def _narrows(note: Sense, main: Sense) -> bool:
    if note.refusal is not None or not note.clauses or note.words or note.peak or len(main.clauses) != 1:
        return False
    if main.weekdays.days or main.every is not None or main.always:
        return False
    return all(_is_inside(clause, main.clauses[0]) for clause in note.clauses)


def _is_inside(inner: Clause, outer: Clause) -> bool:
    if inner.start is None or inner.end is None or outer.start is None or outer.end is None:
        return False
    return (
        outer.start <= inner.start and inner.end <= outer.end and (inner.start, inner.end) != (outer.start, outer.end)
    )


def _sense(tokens: Sequence[Token], source: Source, container: Sequence[Moment] = ()) -> Sense:
    kept, _ = drop_asides(tokens)
    kept = drop_fillers(drop_hours(kept))
    items = adopt_figures(find_moments(kept, source.text, source.calendar))
    sense = _sense_of_items(items, source, container)
    return replace(sense, typo=True) if any(token.typo for token in tokens) else sense


def _sense_of_items(items: Sequence[Item], source: Source, container: Sequence[Moment] = ()) -> Sense:
    marks = [item for item in items if isinstance(item, Token)]
    typo = any(item.typo for item in items)
    if any(_is_void(mark) for mark in marks) or _has_torn_date(items):
        return Sense(refusal=_UNPARSEABLE, typo=typo)
    bare, weekdays = take_weekdays(items)
    every = max((mark.value for mark in marks if mark.kind is Kind.EVERY), default=None)
    read = [item for item in bare if isinstance(item, Moment) or item.kind not in _COLOURS]
    if every is None and weekdays.days and any(isinstance(item, Moment) and _is_mere_part(item) for item in read):
        every = _EVERY_MONTH  # "thứ Hai đầu tháng"
    dated, loose = _without_loose(read) if every is not None else (read, ())
    parsed = parse(dated)
    sense = Sense(
        weekdays=weekdays,
        every=every,
        always=any(mark.kind is Kind.ALWAYS for mark in marks),
        about=any(mark.kind is Kind.ABOUT for mark in marks) or _is_occasion(items),
        without_pause=not any(mark.kind is Kind.ALWAYS and not mark.value for mark in marks),
        peak=any(mark.kind is Kind.PEAK for mark in marks),
        either=any(mark.kind is Kind.OR for mark in marks),
        duration=next((mark.value for mark in marks if mark.kind is Kind.QUANTITY and mark.value), 0),
        days_of_month=tuple(moment.day for moment in loose if moment.day is not None),
        typo=typo,
    )
    return _with_clauses(sense, parsed, source.calendar, container)


_COLOURS = frozenset({Kind.ABOUT, Kind.EVERY, Kind.ALWAYS, Kind.OCCASION, Kind.QUANTITY, Kind.EACH, Kind.PEAK})
_WORDS = frozenset(
    {Kind.WORD, Kind.MONTH, Kind.YEAR, Kind.QUARTER, Kind.WEEK, Kind.NTH, Kind.ORDINAL, Kind.LETTER_T, Kind.HALF,
     Kind.TO, Kind.THIS_YEAR, Kind.EARLY, Kind.MIDDLE, Kind.LATE, Kind.UNTIL, Kind.ARTICLE}
)  # fmt: skip


_EVERY_MONTH = 30


def _is_mere_part(moment: Moment) -> bool:
    return moment.part is not None and moment.scale is Scale.NOTHING


_DEADLINES = frozenset({Kind.BEFORE, Kind.BY, Kind.UNTIL, Kind.TO, Kind.AFTER, Kind.DAY})


def _without_loose(items: Sequence[Item]) -> tuple[list[Item], tuple[Moment, ...]]:
    """Take out what recurs by itself: "ngày 15" of "ngày 15 hằng tháng"."""
    kept: list[Item] = []
    loose: list[Moment] = []
    for item in items:
        if not isinstance(item, Moment) or item.is_complete:
            kept.append(item)
            continue
        loose.append(item)
        while kept and isinstance(kept[-1], Token) and kept[-1].kind in _DEADLINES:
            kept.pop()  # "trước ngày 25 hằng tháng"
    return kept, tuple(loose)


def _is_void(token: Token) -> bool:
    return token.kind in (Kind.VOID, Kind.REFERENCE)


def _has_torn_date(items: Sequence[Item]) -> bool:
    """Tell whether a slash hangs on a date without a figure on its other side: "xx/10/2023"."""
    for at, mark in enumerate(items):
        if not isinstance(mark, Token) or mark.kind is not Kind.SLASH:
            continue
        before = isinstance(items[at - 1], Moment) if at else False
        after = isinstance(items[at + 1], Moment) if at + 1 < len(items) else before
        if before != after:
            return True
    return False


def _is_occasion(items: Sequence[Item]) -> bool:
    for item, after in zip_longest(items, items[1:]):
        if (
            isinstance(item, Token)
            and item.kind is Kind.OCCASION
            and (item.text != "nhân" or isinstance(after, Moment))
        ):
            return True
    return False


def _with_clauses(sense: Sense, parsed: Parsed, calendar: Calendar, container: Sequence[Moment]) -> Sense:
    if _objects(parsed, sense):
        return Sense(refusal=_UNPARSEABLE, typo=sense.typo)
    clauses = resolve(_inside(parsed, container), calendar.year)
    if isinstance(clauses, Refusal):
        return Sense(refusal=clauses, typo=sense.typo)
    lasting = sense.peak or sense.always or sense.every is not None
    return replace(sense, clauses=_without_containers(clauses, widest=lasting), words=_unread_words(parsed))


def _inside(parsed: Parsed, container: Sequence[Moment]) -> Parsed:
    """Put the moment outside a bracket before those inside it, for what they leave unsaid."""
    if not container:
        return parsed
    phrases = tuple(
        replace(
            phrase,
            start=None if phrase.start is None else phrase.start + 1,
            end=None if phrase.end is None else phrase.end + 1,
        )
        for phrase in parsed.phrases
    )
    return replace(parsed, phrases=phrases, moments=(container[-1], *parsed.moments))


_MEANINGFUL = frozenset({Kind.BEFORE, Kind.AFTER, Kind.BY, Kind.NUMBER, Kind.BLANK, Kind.HOUR, Kind.ISO})


def _objects(parsed: Parsed, sense: Sense) -> bool:
    """Tell whether what is left unread forbids trusting what was read."""
    if any(token.kind in _MEANINGFUL for token in parsed.unread):
        return True
    words = _unread_words(parsed)
    firm = any(moment.firm for moment in parsed.moments)
    return words > _MOST_UNREAD or (words > 0 and not firm and not sense.always and sense.every is None)


def _unread_words(parsed: Parsed) -> int:
    return sum(token.kind in _WORDS and token.text.replace(" ", "").isalpha() for token in parsed.unread)


def _without_containers(clauses: Sequence[Clause], *, widest: bool) -> tuple[Clause, ...]:
    """Keep "ngày 15/10" of "tháng 10, ngày 15/10"; but "tháng 10, cao điểm 15/10" is the month."""
    clauses = list({(clause.start, clause.end): clause for clause in clauses}.values())
    if len(clauses) < 2:
        return tuple(clauses)
    if widest:
        return tuple(inner for inner in clauses if not any(_is_inside(inner, outer) for outer in clauses))
    kept = tuple(
        outer for outer in clauses if not (_is_whole(outer) and any(_is_inside(inner, outer) for inner in clauses))
    )
    return _narrowed(kept) if len(kept) == 2 else kept


def _is_whole(clause: Clause) -> bool:
    return len(clause.moments) == 1 and clause.moments[0].scale is not Scale.DAY


def _narrowed(clauses: Sequence[Clause]) -> tuple[Clause, ...]:
    """Close the open side of "trong tháng 10, xong trước 25/10" by the month beside it."""
    first, second = clauses
    if first.start is not None and second.start is None and second.end is not None and first.start <= second.end:
        return (replace(second, start=first.start, moments=(*first.moments, *second.moments)),)
    for outer, inner in (clauses, tuple(reversed(clauses))):
        if not _is_whole(outer) or outer.start is None or outer.end is None:
            continue
        if inner.start is None and inner.end is not None and outer.start <= inner.end <= outer.end:
            return (replace(inner, start=outer.start),)
        if inner.end is None and inner.start is not None and outer.start <= inner.start <= outer.end:
            return (replace(inner, end=outer.end),)
    return tuple(clauses)


# From sense to reading


def _reading(sense: Sense, typed: str) -> Reading:
    if sense.refusal is not None:
        return replace(_NOTHING, fault=sense.refusal.fault, culprit=sense.refusal.culprit or typed)
    found = _period(sense)
    if found is None:
        return replace(_NOTHING, culprit=typed)
    period, mismatch = found
    return Reading(period, period.certainty, None, tuple(_notes(sense, mismatch=mismatch)))


def _notes(sense: Sense, *, mismatch: bool) -> Iterator[Note]:
    moments = [moment for clause in sense.clauses for moment in clause.moments]
    for said, note in (
        (mismatch, Note.WEEKDAY_MISMATCH),
        (any(moment.month_first for moment in moments), Note.MONTH_FIRST),
        (any(moment.serial for moment in moments), Note.EXCEL_SERIAL),
        (any(moment.iso for moment in moments), Note.ISO_DATE),
        (sense.typo or any(moment.typo for moment in moments), Note.TYPO),
    ):
        if said:
            yield note


def _period(sense: Sense) -> tuple[Period, bool] | None:
    """Return the period and whether a weekday contradicts it."""
    if not sense.clauses:
        understood = sense.always or sense.every is not None or sense.weekdays.plural
        return (Period(None, None, Certainty.ONGOING), False) if understood else None
    mismatch = any(_contradicts(clause) for clause in sense.clauses)
    if sense.weekdays.days:
        return _weekday_period(sense, mismatch=mismatch)
    period = _envelope(sense)
    if period.start is None and period.end is None:
        return None
    if sense.days_of_month:
        period = _monthly(period, sense.days_of_month)
    return period, mismatch


def _contradicts(clause: Clause) -> bool:
    return any(
        moment.weekdays and moment.is_complete and day is not None and day.weekday() not in moment.weekdays
        for moment, day in zip(clause.moments, (clause.start, clause.end), strict=False)
    )


def _envelope(sense: Sense) -> Period:
    """Return the first to the last day of all clauses."""
    starts = [clause.start for clause in sense.clauses if clause.start is not None]
    ends = [clause.end for clause in sense.clauses if clause.end is not None]
    start = min(starts) if len(starts) == len(sense.clauses) else None
    end = max(ends) if len(ends) == len(sense.clauses) else None
    if start is not None and end is None and sense.duration:
        end = _lasting(start, sense.duration)
    return Period(start, end, _certainty(sense, start, end))


def _certainty(sense: Sense, start: date | None, end: date | None) -> Certainty:
    if start is None or end is None:
        return Certainty.OPEN_START if start is None else Certainty.OPEN_END
    if sense.every is not None or (sense.always and not sense.without_pause):
        return Certainty.RECURRING
    if (
        sense.about
        or sense.either
        or all(clause.is_vague for clause in sense.clauses)
        or _is_vague_range(sense.clauses)
    ):
        only_named = len(sense.clauses) == 1 and sense.clauses[0].is_campaign and not sense.clauses[0].is_vague
        return Certainty.CAMPAIGN if only_named else Certainty.APPROXIMATE
    if len(sense.clauses) > 1 and start != end:
        return Certainty.MULTI
    return Certainty.CAMPAIGN if sense.clauses[0].is_campaign else Certainty.EXACT


def _is_vague_range(clauses: Sequence[Clause]) -> bool:
    return len(clauses) == 1 and clauses[0].is_vague


def _lasting(start: date, duration: int) -> date:
    """Return the last day of so many days, or of so many months if negative."""
    if duration > 0:
        return start + timedelta(duration - 1)
    month = start.month - 1 - duration
    year, month = start.year + month // 12, month % 12 + 1
    day = min(start.day, monthrange(year, month)[1])
    return date(year, month, day) - timedelta(1)


def _monthly(period: Period, days: Sequence[int]) -> Period:
    """Return the first and last of these days of the month within a bounded period."""
    if period.start is None or period.end is None:
        return period
    length = (period.end - period.start).days + 1
    found = [day for day in (period.start + timedelta(n) for n in range(length)) if day.day in days]
    return replace(period, start=found[0], end=found[-1]) if found else period


def _weekday_period(sense: Sense, *, mismatch: bool) -> tuple[Period, bool] | None:
    """Read weekdays beside clauses: of the dates themselves, of one week, or recurring."""
    period = _envelope(sense)
    if period.start is None or period.end is None:
        return _open_weekdays(period, sense.weekdays.days), mismatch
    listed = all(clause.is_single_day for clause in sense.clauses)
    if listed and sense.every is None:
        return period, mismatch or any(_is_other_day(clause, sense.weekdays.days) for clause in sense.clauses)
    found = _edge_weekday(sense) or occurrences(period.start, period.end, sense.weekdays.days)
    if found is None:
        return period, True
    if (period.end - period.start).days < _WEEK and sense.every is None:
        certainty = Certainty.EXACT if period.certainty is Certainty.MULTI else period.certainty
        return Period(*found, certainty), mismatch
    return Period(*found, Certainty.EXACT if found[0] == found[1] else Certainty.RECURRING), mismatch


_WEEK = 7


def _is_other_day(clause: Clause, days: Sequence[int]) -> bool:
    return clause.start is not None and clause.start.weekday() not in days


def _open_weekdays(period: Period, days: Sequence[int]) -> Period:
    if period.start is not None:
        first = occurrences(period.start, period.start + timedelta(6), days)
        return replace(period, start=first[0]) if first else period
    if period.end is not None:
        last = occurrences(period.end - timedelta(6), period.end, days)
        return replace(period, end=last[1]) if last else period
    return period


def _edge_weekday(sense: Sense) -> tuple[date, date] | None:
    """Read "thứ Hai đầu tháng 10" as its first Monday, "Chủ nhật cuối tháng 10" as its last Sunday."""
    moments = sense.clauses[0].moments
    if len(sense.clauses) != 1 or len(moments) != 1 or sense.weekdays.plural or sense.every is not None:
        return None
    part = moments[0].part
    start, end = sense.clauses[0].start, sense.clauses[0].end
    if moments[0].scale is not Scale.MONTH or start is None or end is None:
        return None
    if part not in (Part.EARLY, Part.LATE) or moments[0].unit is not None:
        return None
    found = occurrences(start, end, sense.weekdays.days)
    if found is None:
        return None
    return (found[0], found[0]) if part is Part.EARLY else (found[1], found[1])
