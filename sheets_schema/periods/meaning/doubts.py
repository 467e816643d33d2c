"""What is doubtful in a text that was read: days left out, counts that do not match, a second reading as plausible."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sheets_schema.periods.meaning.clauses import Clause
from sheets_schema.periods.meaning.parsed_text import Sense, TimeText
from sheets_schema.periods.moments import Days, Moment, Scale, days_of
from sheets_schema.periods.period_records import Period, TimeFault
from sheets_schema.periods.tokens.time_token import TimeToken
from sheets_schema.periods.tokens.token_repair import is_day_and_month, starts_time
from sheets_schema.periods.words.tags import Tag


def only_day(sense: Sense) -> date | None:
    """Return the day a sense names, None if it names more or none."""
    clauses = sense.clauses
    return clauses[0].start if len(clauses) == 1 and clauses[0].is_single_day else None


def is_left_out(note: Sense, main: Sense, tokens: Sequence[TimeToken]) -> bool:
    """Return True if a bracket names days that the text outside it does not hold."""
    if any(token.text in _CELEBRATED for token in tokens):
        return False  # "(chào mừng ngày 20/10)": no day of the activity
    if note.refusal is not None:
        dated = any(is_day_and_month(tokens, at) for at in range(len(tokens)))
        return bool(main.clauses) and (dated or note.refusal.fault is not TimeFault.UNPARSEABLE)
    return bool(main.clauses) and not all(_is_held(clause, main.clauses) for clause in note.clauses)


_CELEBRATED = frozenset(
    {"chào mừng", "kỷ niệm", "kỉ niệm", "hưởng ứng", "mừng", "lễ kỷ niệm", "chào mừng kỷ niệm", "dịp", "nhân dịp"}
)


_SIDES = frozenset({"sau khi", "ngay sau khi", "ngay sau", "trước khi"})


def side_words(tokens: Sequence[TimeToken], sense: Sense, source: TimeText) -> str:
    """Return the event that a text is before or after, where only the event's day is given: "sau hội nghị (05/10)"."""
    if any(starts_time(tokens, at) for at in range(len(tokens))) or only_day(sense) is None:
        return ""
    for token in tokens:
        if token.tag in (Tag.AFTER, Tag.BEFORE) or token.text in _SIDES:
            return source.text[token.start : tokens[-1].end]
    return ""


def _is_held(inner: Clause, clauses: Sequence[Clause]) -> bool:
    starts, ends = [clause.start for clause in clauses], [clause.end for clause in clauses]
    begins = None in starts or (inner.start or date.max) >= min(start for start in starts if start is not None)
    lasts = None in ends or (inner.end or date.min) <= max(end for end in ends if end is not None)
    return begins and lasts


def is_miscounted(sense: Sense, period: Period) -> bool:
    """Return True if a text gives a number of days other than the days it names: "05 ngày, từ 16/10 đến 21/10"."""
    if not sense.counted or sense.spread or sense.about or sense.every is not None or sense.weekdays.days:
        return False
    if period.start is None or period.end is None:
        return False
    if sense.counted < 0:
        return _names_months(sense.clauses) and sum(_months(clause) for clause in sense.clauses) != -sense.counted
    return _names_days(sense.clauses) and sum(_length(clause) for clause in sense.clauses) != sense.counted


def _names_days(clauses: Sequence[Clause]) -> bool:
    """Return True if every end of every clause is written as a day."""
    return all(
        clause.start is not None
        and clause.end is not None
        and all(moment.scale is Scale.DAY for moment in clause.moments)
        and (clause.is_single_day or len(clause.moments) > 1)
        for clause in clauses
    )


def _names_months(clauses: Sequence[Clause]) -> bool:
    return all(
        moment.scale is Scale.MONTH and moment.part is None and not moment.lunar
        for clause in clauses
        for moment in clause.moments
    )


def _months(clause: Clause) -> int:
    if clause.start is None or clause.end is None:
        return 0
    return 12 * (clause.end.year - clause.start.year) + clause.end.month - clause.start.month + 1


def _length(clause: Clause) -> int:
    return 0 if clause.start is None or clause.end is None else (clause.end - clause.start).days + 1


def other_reading(sense: Sense, period: Period, default_year: int) -> Period | None:
    """Return another period the same words mean as plausibly, None if there is none."""
    days = sense.other or _restarted(sense) or _by_count(sense, default_year) or _other_figures(sense)
    days = days or _in_months(sense, default_year)
    if days is None or (days.start, days.end) == (period.start, period.end):
        return None
    return Period(days.start, days.end, period.certainty)


def _restarted(sense: Sense) -> Days | None:
    """Return the days from the one that is named: "trong 2 ngày 15/10"."""
    day = only_day(sense)
    if day is None or sense.counted < 2 or sense.spread or sense.about or sense.every is not None:
        return None
    return Days(day, day + timedelta(sense.counted - 1))


def _by_count(sense: Sense, default_year: int) -> Days | None:
    """Return the n-th Sunday of a month where the Sunday of its n-th week is another day."""
    moment = _only_moment(sense)
    if moment is None or moment.scale is not Scale.WEEK or moment.month is None or (moment.week or 0) < 1:
        return None
    if len(sense.weekdays.days) != 1 or sense.every is not None or sense.weekdays.plural:
        return None
    counted = Moment(month=moment.month, year=moment.year, nth=moment.week or 0, nth_weekday=sense.weekdays.days[0])
    return days_of(counted, default_year)


def _only_moment(sense: Sense) -> Moment | None:
    moments = sense.clauses[0].moments if len(sense.clauses) == 1 else ()
    return moments[0] if len(moments) == 1 else None


_LAST_MONTH = 12


def _in_months(sense: Sense, default_year: int) -> Days | None:
    """Return what "ngày 10 tháng 9, 10, 11" means if its last figures are months."""
    moments = [moment for clause in sense.clauses for moment in clause.moments]
    first, later = (moments[0], moments[1:]) if moments else (None, [])
    if first is None or not later or first.day is None or not first.month or "tháng" not in first.text.lower():
        return None
    figures = [moment.day or 0 if moment.text.isdecimal() else 0 for moment in later]
    rising = all(one < two for one, two in zip([first.month, *figures], figures, strict=False))
    if len(moments) != len(sense.clauses) or not rising or figures[-1] > _LAST_MONTH:
        return None
    begin, last = (days_of(first._replace(month=month), default_year) for month in (first.month, figures[-1]))
    return None if begin is None or last is None else Days(begin.start, last.end)


def _other_figures(sense: Sense) -> Days | None:
    """Return what figures without a word mean as a date: "9-11/2023"."""
    others = [moment.other for clause in sense.clauses for moment in clause.moments]
    return others[0] if others and all(other == others[0] for other in others) else None
