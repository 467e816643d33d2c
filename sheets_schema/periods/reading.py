"""A time text read as a clerk would: what is not understood is flagged, never guessed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from sheets_schema.periods.grammar.numeric_dates import serial_day
from sheets_schema.periods.meaning.doubts import is_left_out, only_day, side_words
from sheets_schema.periods.meaning.parsed_text import Sense, TimeText, is_inside, sense_of, sense_of_items
from sheets_schema.periods.meaning.period_of_text import NOTHING, reading_of
from sheets_schema.periods.moments import Days, Scale
from sheets_schema.periods.period_records import Calendar, Reading, TimeFault
from sheets_schema.periods.tokens.brackets import bracket_restatements, split_brackets
from sheets_schema.periods.tokens.named_figures import name_figures
from sheets_schema.periods.tokens.shown_dates import local_instants, plain_dates
from sheets_schema.periods.tokens.time_token import TimeToken
from sheets_schema.periods.tokens.token_repair import mend_marks, part_label_years
from sheets_schema.periods.tokens.tokenizer import mend_figures, normalised, tokenise
from sheets_schema.periods.tokens.weekday_words import name_weekdays
from sheets_schema.periods.words.lexicon import lexicon_of
from sheets_schema.periods.words.tags import Tag

_LONGEST = 400  # characters; a longer text is not a time
_LONGEST_KEPT = 4 * _LONGEST  # as typed, with its spaces and marks
_SHOWN = 80  # characters of an endless text worth quoting


def read_period(text: str, calendar: Calendar) -> Reading:
    """Return the period a text names, or the fault that keeps it from naming one. Never raises."""
    if len(text) > _LONGEST_KEPT:
        return NOTHING._replace(culprit=normalised(text[:_LONGEST_KEPT])[:_SHOWN])
    return _read(text, calendar)


@lru_cache(maxsize=4096)
def _read(text: str, calendar: Calendar) -> Reading:
    # the same words come again and again: "Tháng 10/2023"
    typed = normalised(text)
    if not typed or len(typed) > _LONGEST:
        return NOTHING._replace(culprit=typed[:_SHOWN])
    figures = mend_figures(typed)
    plain, checked = plain_dates(local_instants(figures, calendar.zone))
    tokens = name_weekdays(name_figures(mend_marks(tokenise(plain, lexicon_of(calendar))), calendar))
    serial = serial_day(tokens)
    source = TimeText(plain, calendar)
    if serial is not None:
        return reading_of(sense_of_items([serial], source), typed, calendar.year)
    outside, inside = split_brackets(bracket_restatements(part_label_years(tokens)))
    if not outside and len(inside) == 1:  # all of it
        outside, inside = inside[0], []
    if inside and _lacks_only_month(outside):
        about = [token for token in inside[0] if token.tag is Tag.ABOUT]
        month = [token for token in inside[0] if token.tag is not Tag.ABOUT]
        outside, inside = [*about, *outside, *month], inside[1:]  # "15-20 (dự kiến tháng 10)"
    sense = _with_brackets(sense_of(outside, source), inside, source)
    sense = sense if sense.unread or not inside else sense._replace(unread=side_words(outside, sense, source))
    return reading_of(sense._replace(typo=True) if figures != typed or checked else sense, typed, calendar.year)


_BARE_DAYS = frozenset(
    {Tag.NUMBER, Tag.DAY, Tag.FROM, Tag.TO, Tag.UNTIL, Tag.BEFORE, Tag.BY, Tag.DASH, Tag.COMMA, Tag.AND, Tag.OR,
     Tag.WITHIN}
)  # fmt: skip


def _lacks_only_month(tokens: Sequence[TimeToken]) -> bool:
    """Return True if there are figures of days and no more."""
    tags = {token.tag for token in tokens}
    return Tag.NUMBER in tags and tags <= _BARE_DAYS


def _with_brackets(main: Sense, brackets: Sequence[Sequence[TimeToken]], source: TimeText) -> Sense:
    """Let a bracket say the time, narrow it ("Tháng 10 (ngày 15)") or be a mere note."""
    restated = [bracket[1:] for bracket in brackets if bracket[0].tag is Tag.SAME]
    brackets = [bracket for bracket in brackets if bracket[0].tag is not Tag.SAME]
    if restated:
        main = _with_restatement(main, [token for bracket in restated for token in bracket], source)
    if not brackets:
        return main
    joined: list[TimeToken] = []
    for bracket in brackets:
        joined += [*bracket, TimeToken(Tag.BREAK, "")]
    if not main.says_time:
        note = sense_of(joined, source)
        spoilt = main.refusal is not None and main.refusal.fault is not TimeFault.UNPARSEABLE
        return (
            main
            if spoilt or not note.says_time
            else note._replace(
                about=note.about or main.about,
                occasion=main.occasion,
                counted=note.counted or main.counted,
                spread=note.spread or main.spread,
            )
        )
    container = main.clauses[0].moments[-1:] if len(main.clauses) == 1 else ()
    note = sense_of(joined, source, container)
    if not main.clauses and note.clauses and not note.words:
        return main._replace(clauses=note.clauses)
    if only_day(note) is not None and only_day(note) == only_day(main):
        return main._replace(clauses=note.clauses)  # "Tết Trung thu (29/9/2023)": no need to convert
    if _dates_name(note, main):
        return main._replace(clauses=note.clauses)
    if _narrows(note, main):
        return note._replace(about=note.about or main.about)
    main = main._replace(duration=main.duration or note.duration, counted=main.counted or note.counted)
    if is_left_out(note, main, joined):
        main = main._replace(unread=main.unread or source.text[joined[0].start : joined[-2].end])
    return main._replace(about=main.about or any(token.tag is Tag.ABOUT for token in joined))


def _with_restatement(main: Sense, tokens: Sequence[TimeToken], source: TimeText) -> Sense:
    """Compare a day with what it is said to be as well: "29/9/2023 (tức 15/8 âm lịch)"."""
    note = sense_of(tokens, source)
    if not main.clauses:
        return note if note.says_time and main.refusal is None else main
    day = only_day(note)
    if day is None:
        return main
    return main._replace(other=None if day == only_day(main) else Days(day, day))


def _dates_name(note: Sense, main: Sense) -> bool:
    """Return True if a bracket says which days a lunar day's name stands for: "Tết Trung thu (28, 29/9/2023)"."""
    day = only_day(main)
    if day is None or note.refusal is not None or not note.clauses or not main.clauses[0].moments[0].lunar:
        return False
    return all(clause.is_single_day for clause in note.clauses) and any(clause.start == day for clause in note.clauses)


def _narrows(note: Sense, main: Sense) -> bool:
    if note.refusal is not None or not note.clauses or note.words or note.peak or len(main.clauses) != 1:
        return False
    if main.weekdays.days or main.every is not None or main.always:
        return False
    ends = main.clauses[0].moments
    if len(ends) > 1 and all(moment.scale is Scale.DAY for moment in ends):
        return False  # "từ 17/10 (Ngày vì người nghèo) đến 18/11": a bracket tells of an end
    return all(is_inside(clause, main.clauses[0]) for clause in note.clauses)
