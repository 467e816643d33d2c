"""The words of the pages in one language: the catalogue `web`, and `headings`, which the master shares."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from service.domain.instant_words import instant_words
from sheets_schema.wording import Language, Message, text
from sheets_schema.wording.catalogue import area

HEADINGS = "headings"


@dataclass(frozen=True, slots=True)
class Words:
    """The texts in one language."""

    language: Language

    def __call__(self, key: str, **values: object) -> str:
        """Return a text with its places filled; a key without an area is a shared heading or one of the pages'."""
        if "." in key:
            return text(key, self.language, **values)
        own = HEADINGS if key in area(HEADINGS, self.language) else "web"
        return text(f"{own}.{key}", self.language, **values)

    def kept(self, stored: str) -> str:
        """Return a message that was stored, such as the error of a run."""
        return Message.of_kept(stored).text(self.language)

    def instant(self, instant: datetime, zone: tzinfo) -> str:
        """Return an instant as people write it."""
        return instant_words(instant, zone, self.language)


_WHOLE = 16  # letters: an amount of billions


def is_endless(text: str) -> bool:
    """Return True if a text has a word, such as an address, that a column of a list cannot hold whole on paper."""
    return any(len(word) > _WHOLE for word in text.split())
