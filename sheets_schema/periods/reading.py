"""A time text read as a clerk would: what is not understood is flagged, never guessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from sheets_schema.periods.grammar.numeric_dates import serial_day
from sheets_schema.periods.meaning.parsed_text import Sense, TimeText, is_inside, sense_of, sense_of_items
from sheets_schema.periods.meaning.period_of_text import NOTHING, reading_of
from sheets_schema.periods.period_records import Calendar, Reading, TimeFault
from sheets_schema.periods.tokens.named_figures import name_figures
from sheets_schema.periods.tokens.shown_dates import long_months, plain_dates
from sheets_schema.periods.tokens.token_repair import mend_marks, split_brackets
from sheets_schema.periods.tokens.tokenizer import TimeToken, mend_figures, normalised, tokenise
from sheets_schema.periods.tokens.weekday_words import name_weekdays
from sheets_schema.periods.words.lexicon import lexicon_of
from sheets_schema.periods.words.tags import Tag

_LONGEST = 400  # characters; a longer text is not a time
_LONGEST_KEPT = 4 * _LONGEST  # as typed, with its spaces and marks
_SHOWN = 80  # characters of an endless text worth quoting


def read_period(text: str, calendar: Calendar) -> Reading:
    """Return the period a text names, or the fault that keeps it from naming one. Never raises."""
    if len(text) > _LONGEST_KEPT:
        return replace(NOTHING, culprit=normalised(text[:_LONGEST_KEPT])[:_SHOWN])
    return _read(text, calendar)


@lru_cache(maxsize=4096)
def _read(text: str, calendar: Calendar) -> Reading:
    # the same words come again and again: "Tháng 10/2023"
    typed = normalised(text)
    if not typed or len(typed) > _LONGEST:
        return replace(NOTHING, culprit=typed[:_SHOWN])
    mended = plain_dates(mend_figures(typed))
    plain = long_months(mended)
    tokens = name_weekdays(name_figures(mend_marks(tokenise(plain, lexicon_of(calendar))), calendar))
    serial = serial_day(tokens)
    source = TimeText(plain, calendar)
    if serial is not None:
        return reading_of(sense_of_items([serial], source), typed)
    outside, inside = split_brackets(tokens)
    sense = _with_brackets(sense_of(outside, source), inside, source)
    return reading_of(replace(sense, typo=True) if mended != typed else sense, typed)


def _with_brackets(main: Sense, brackets: Sequence[Sequence[TimeToken]], source: TimeText) -> Sense:
    """Let a bracket say the time, narrow it ("Tháng 10 (ngày 15)") or be a mere note."""
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
            else replace(note, about=note.about or main.about, occasion=main.occasion)
        )
    container = main.clauses[0].moments[-1:] if len(main.clauses) == 1 else ()
    note = sense_of(joined, source, container)
    if not main.clauses and note.clauses and not note.words:
        return replace(main, clauses=note.clauses)
    if _narrows(note, main):
        return replace(note, about=note.about or main.about)
    main = replace(main, duration=main.duration or note.duration)
    return replace(main, about=main.about or any(token.tag is Tag.ABOUT for token in joined))


def _narrows(note: Sense, main: Sense) -> bool:
    if note.refusal is not None or not note.clauses or note.words or note.peak or len(main.clauses) != 1:
        return False
    if main.weekdays.days or main.every is not None or main.always:
        return False
    return all(is_inside(clause, main.clauses[0]) for clause in note.clauses)
