"""A token of a time text."""

from __future__ import annotations

from typing import NamedTuple

from sheets_schema.periods.words.tags import Tag


class TimeToken(NamedTuple):  # made a dozen times a text: a tuple is made fast
    """One token: its tag, its figure if it has one, and the words as typed (small letters)."""

    tag: Tag
    text: str
    value: int = 0
    end: int = 0  # where it ends in the text
    start: int = 0
    typo: bool = False
