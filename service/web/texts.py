"""The words of the pages in one language: the catalogue `web`, and `headings`, which the master shares."""

from __future__ import annotations

from dataclasses import dataclass

from sheets_schema.wording import Language, text
from sheets_schema.wording.catalogue import area


@dataclass(frozen=True, slots=True)
class Words:
    """The texts in one language."""

    language: Language

    def __call__(self, key: str, **values: object) -> str:
        """Return a text with its places filled; a key without an area is a shared heading or one of the pages'."""
        if "." in key:
            return text(key, self.language, **values)
        return text(
            f"headings.{key}" if key in area("headings", self.language) else f"web.{key}", self.language, **values
        )
