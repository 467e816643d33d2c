"""Which content of the plan an activity's own words suggest. A suggestion, never more: the form does not ask for it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from sheets_schema.campaign import Content
from sheets_schema.vietnamese.folding import fold

UNSORTED = ""  # the code of no content


class Suggestion(NamedTuple):
    """A content's code with the words that speak for it; UNSORTED without any, or where two speak equally."""

    content: str = UNSORTED
    words: tuple[str, ...] = ()


NOTHING_SUGGESTED = Suggestion()


class WordFinder:
    """Phrases that are looked for in folded texts, whole words only."""

    def __init__(self, phrases: Iterable[str]) -> None:
        folded = dict.fromkeys(filter(None, (_plain(phrase) for phrase in phrases)))
        self.phrases = tuple(sorted(folded, key=len, reverse=True))  # the longest first

    def longest(self, folded: str) -> str:
        """Return the longest phrase that a folded text says, blank for none."""
        for phrase in self.phrases:
            if phrase in folded and _says(folded, phrase):
                return phrase
        return ""


def _says(folded: str, phrase: str) -> bool:
    """Return True if a phrase that is within a text is there as whole words."""
    at = folded.find(phrase)
    while at >= 0:
        end = at + len(phrase)
        if not _goes_on(folded[at - 1 : at]) and not _goes_on(folded[end : end + 1]):
            return True
        at = folded.find(phrase, at + 1)
    return False


_words = re.compile(r"\w+").findall  # as `_goes_on` has them


def _goes_on(letter: str) -> bool:
    return letter.isalnum() or letter == "_"


_Ranked = tuple[int, str, str]  # the longest first: rank, phrase, code of its content


class ContentSuggester:
    """The words of all contents, looked for in the words of rows."""

    def __init__(self, contents: Iterable[Content]) -> None:
        finders = [(item.code, WordFinder(item.words or (item.title,))) for item in contents]
        said = [(phrase, code) for code, finder in finders for phrase in finder.phrases]
        self._by_first_word: defaultdict[str, list[_Ranked]] = defaultdict(list)
        for rank, (phrase, code) in enumerate(sorted(said, key=lambda one: len(one[0]), reverse=True)):
            self._by_first_word[next(iter(_words(phrase)), "")].append((rank, phrase, code))

    def suggest(self, *texts: str) -> Suggestion:
        """Return what texts suggest: the content with the longest phrase in the first text that says any at all."""
        for text in filter(None, texts):
            best = self._longest(_plain(text))
            if best:
                return Suggestion(next(iter(best)) if len(best) == 1 else UNSORTED, tuple(best.values()))
        return NOTHING_SUGGESTED

    def _longest(self, folded: str) -> dict[str, str]:
        """Return the longest phrase that a folded text says, by content; several where they are of one length."""
        best: dict[str, str] = {}
        length = 0
        first_words = self._by_first_word.keys() & {"", *_words(folded)}
        for _rank, phrase, code in sorted([one for word in first_words for one in self._by_first_word[word]]):
            if len(phrase) < length:
                break
            if phrase in folded and code not in best and _says(folded, phrase):
                best[code], length = phrase, len(phrase)
        return best


def says_any(finder: WordFinder, *texts: str) -> str:
    """Return the longest of a finder's phrases in the first text that says one, blank for none."""
    return next((words for text in texts if (words := finder.longest(_plain(text)))), "")


@lru_cache(maxsize=64)  # the texts of a row are looked at by several finders, one after the other
def _plain(text: str) -> str:
    """Return a folded text without quotation marks: a model's name is written with or without them."""
    return fold(text).replace('"', "").replace("'", "")
