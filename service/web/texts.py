"""The words of the pages in one language; they are written in the catalogue `web`."""

from __future__ import annotations

from dataclasses import dataclass

from sheets_schema.wording import Language, text


@dataclass(frozen=True, slots=True)
class Words:
    """The texts in one language."""

    language: Language

    def __call__(self, key: str, **values: object) -> str:
        """Return a text with its places filled; a key without an area is one of the pages'."""
        return text(key if "." in key else f"web.{key}", self.language, **values)
