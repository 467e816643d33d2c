"""The phrases of a calendar, ready to be found: the common ones, the campaign's names, the days people name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from sheets_schema.periods.period_records import Calendar
from sheets_schema.periods.words.phrases import CAMPAIGN_WORDS, LUNAR_DAYS, NATIONAL_DAYS, PHRASES, VALUES
from sheets_schema.periods.words.tags import Tag
from sheets_schema.vietnamese import folding, syllables


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a phrase means: its tag, and a figure where the tag has one."""

    tag: Tag
    value: int = 0


# A phrase is found by its first word; longer phrases come first.
Lexicon = dict[str, tuple[tuple[tuple[str, ...], Meaning], ...]]


_PIECES = re.compile(r"[^\W\d_]+|\d+|[^\w\s]")


def words_of(phrase: str) -> tuple[str, ...]:
    """Split a phrase into folded words, figures and marks, as the tokeniser does."""
    return tuple(_PIECES.findall(folding.fold(phrase)))


@lru_cache(maxsize=8)
def lexicon_of(calendar: Calendar) -> Lexicon:
    """Build the phrases of a calendar: the common ones, the campaign's names, the named days."""
    found: dict[str, dict[tuple[str, ...], Meaning]] = {}
    for words, meaning in (*_common_phrases(), *_calendar_phrases(calendar)):
        for spelling in (words, tuple(syllables.without_marks(word) for word in words)):
            found.setdefault(spelling[0], {}).setdefault(spelling, meaning)
        if len(words) > 1:  # found by its bare first word too, for the misspelt
            found.setdefault(syllables.without_marks(words[0]), {}).setdefault(words, meaning)
    return {first: tuple(sorted(phrases.items(), key=_longest_first)) for first, phrases in found.items()}


def _longest_first(entry: tuple[tuple[str, ...], Meaning]) -> int:
    return -len(entry[0])


def _split(phrases: str) -> Iterator[tuple[str, ...]]:
    return (words_of(phrase) for phrase in phrases.split(" | "))


def _common_phrases() -> Iterator[tuple[tuple[str, ...], Meaning]]:
    for tag, values in VALUES.items():
        yield from ((words_of(phrase), Meaning(tag, value)) for phrase, value in values.items())
    for tag, phrases in PHRASES.items():
        yield from ((words, Meaning(tag)) for words in _split(phrases))
    yield from ((words, Meaning(Tag.CAMPAIGN)) for words in _split(CAMPAIGN_WORDS))


def _calendar_phrases(calendar: Calendar) -> Iterator[tuple[tuple[str, ...], Meaning]]:
    yield from ((words, Meaning(Tag.CAMPAIGN)) for words in _campaign_names(calendar.names))
    for occasion in calendar.occasions:
        value = 100 * occasion.day.month + occasion.day.day
        yield from ((words_of(name), Meaning(Tag.NAMED_DAY, value)) for name in occasion.names if words_of(name))
    for day, month, phrases in NATIONAL_DAYS:
        yield from ((words, Meaning(Tag.NAMED_DAY, 100 * month + day)) for words in _split(phrases))
    for day, month, phrases in LUNAR_DAYS:
        yield from ((words, Meaning(Tag.LUNAR_DAY, 100 * month + day)) for words in _split(phrases))


def _campaign_names(names: Iterable[str]) -> Iterator[tuple[str, ...]]:
    for name in names:
        words = tuple(word for word in words_of(name) if word != '"')
        if words:
            yield words
            yield ("đợt", *words)
            yield ("đợt", "cao", "điểm", *words)
            yield ("cao", "điểm", *words)
