"""The period a text names, from what was read: first to last day, certainty, notes."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from sheets_schema.periods.meaning.clauses import Clause
from sheets_schema.periods.meaning.doubts import is_miscounted, other_reading
from sheets_schema.periods.meaning.monthly_days import LAST_DAY
from sheets_schema.periods.meaning.parsed_text import Sense
from sheets_schema.periods.meaning.weekdays import occurrences
from sheets_schema.periods.moments import CalendarPart, Moment, Scale, days_of
from sheets_schema.periods.period_records import Certainty, Note, Period, Reading, TimeFault

NOTHING = Reading(None, Certainty.UNREADABLE, TimeFault.UNPARSEABLE)


def reading_of(sense: Sense, typed: str, year: int) -> Reading:
    """Return the reading of a sense: its period with notes, or the fault that refuses it."""
    if sense.refusal is not None:
        return NOTHING._replace(fault=sense.refusal.fault, culprit=sense.refusal.culprit or typed)
    found = _period(sense)
    if found is None:
        return NOTHING._replace(culprit=typed)
    period, mismatch = found
    other = other_reading(sense, period, year)
    miscounted = other is None and is_miscounted(sense, period)
    unread = _dots(sense) or sense.unread
    doubts = ((other, Note.TWO_READINGS), (miscounted, Note.COUNT_MISMATCH), (unread, Note.UNREAD))
    notes = (*_notes(sense, mismatch=mismatch), *(note for said, note in doubts if said))
    return Reading(period, period.certainty, None, notes, unread=unread, other=other)


def _dots(sense: Sense) -> str:
    """Return the dots of a date that waits to be filled in: "ngày …/10/2023"."""
    return "…" if any([moment.blank for clause in sense.clauses for moment in clause.moments]) else ""


def _notes(sense: Sense, *, mismatch: bool) -> Iterator[Note]:
    if mismatch:
        yield Note.WEEKDAY_MISMATCH
    moments = [moment for clause in sense.clauses for moment in clause.moments]
    odd = [one for one in moments if one.month_first or one.serial or one.iso or one.lunar or one.typo]
    if odd:
        yield from _notes_of(odd)
    if sense.typo or any([one.typo for one in odd]):
        yield Note.TYPO


def _notes_of(odd: Sequence[Moment]) -> Iterator[Note]:
    told = (
        (Note.MONTH_FIRST, [one.month_first for one in odd]),
        (Note.EXCEL_SERIAL, [one.serial for one in odd]),
        (Note.ISO_DATE, [one.iso for one in odd]),
        (Note.LUNAR_DATE, [one.lunar for one in odd]),
    )
    yield from (note for note, of_moments in told if any(of_moments))


def _period(sense: Sense) -> tuple[Period, bool] | None:
    """Return the period, and True if a weekday contradicts it."""
    if not sense.clauses:
        understood = sense.always or sense.every is not None or sense.weekdays.plural
        return (Period(None, None, Certainty.ONGOING), False) if understood else None
    mismatch = any([_contradicts(clause) for clause in sense.clauses])
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
    per_day = sense.every == 1 and start == end  # "02 ca/ngày" of one day
    if (sense.every is not None and not per_day) or (sense.always and not sense.without_pause):
        return Certainty.RECURRING
    if (
        sense.about
        or (sense.occasion and start != end)
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
    found = [day for day in (period.start + timedelta(n) for n in range(length)) if _is_one_of(day, days)]
    return period._replace(start=found[0], end=found[-1]) if found else period


def _is_one_of(day: date, days: Sequence[int]) -> bool:
    return day.day in days or (LAST_DAY in days and day.day == monthrange(day.year, day.month)[1])


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
        return period._replace(start=first[0]) if first else period
    if period.end is not None:
        last = occurrences(period.end - timedelta(6), period.end, days)
        return period._replace(end=last[1]) if last else period
    return period


_YEARLY = 365
_EDGED = frozenset({Scale.MONTH, Scale.QUARTER, Scale.YEAR})
_SINGLE_EDGES = re.compile(r"^(?:đầu tiên|cuối cùng)")  # "ngày làm việc cuối cùng của tháng 9"


def _edge_weekday(sense: Sense) -> tuple[date, date] | None:
    """Read "thứ Hai đầu tháng 10" as its first Monday, "Chủ nhật cuối tháng 10" as its last Sunday."""
    if len(sense.clauses) > 1:
        return _edges_of_months(sense)
    moments = sense.clauses[0].moments
    if len(moments) != 1 or sense.every not in (None, _YEARLY):
        return None
    if sense.weekdays.plural and not _SINGLE_EDGES.search(moments[0].text.lower()):
        return None
    part = moments[0].part
    start, end = sense.clauses[0].start, sense.clauses[0].end
    if moments[0].scale not in _EDGED or start is None or end is None:
        return None
    if part not in (CalendarPart.EARLY, CalendarPart.LATE) or moments[0].unit is not None:
        return None
    found = occurrences(start, end, sense.weekdays.days)
    if found is None:
        return None
    return (found[0], found[0]) if part is CalendarPart.EARLY else (found[1], found[1])


def _edges_of_months(sense: Sense) -> tuple[date, date] | None:
    """Read "thứ Bảy cuối cùng của tháng 9 và tháng 10": what is said of the first month is said of all."""
    part = sense.clauses[0].moments[0].part
    if any(_part_of_month(clause) not in (None, part) for clause in sense.clauses) or part is None:
        return None
    found = []
    for clause in sense.clauses:
        whole = clause.moments[0]._replace(part=part)
        days = days_of(whole, clause.start.year) if clause.start is not None and len(clause.moments) == 1 else None
        if days is None or whole.scale is not Scale.MONTH:
            return None
        edge = sense._replace(clauses=(clause._replace(start=days.start, end=days.end, moments=(whole,)),))
        found.append(_edge_weekday(edge))
    edges = [edge for edge in found if edge is not None]
    return (edges[0][0], edges[-1][1]) if len(edges) == len(found) else None


def _part_of_month(clause: Clause) -> CalendarPart | None:
    return clause.moments[0].part
