"""Regular expressions on RE2, as Google's are: the time of a search grows with the text alone.

It grows by the size of the expression too, so both are counted as steps before a search.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

import re2

MOST_MEMORY = 2**19  # of a compiled expression
SIZE_OF_STEP = 300  # instructions of an expression times characters of a text
GROUPS_OF_SIZE = 20  # groups whose places, kept at every character, cost as much as the expression


class Found(Protocol):
    """One match."""

    def start(self) -> int:
        """Return where it begins."""

    def end(self) -> int:
        """Return where it ends."""

    def groups(self) -> tuple[str | None, ...]:
        """Return the texts of its groups."""

    def __getitem__(self, group: int) -> str | None:
        """Return the text of a group, None where it took no part; 0 is the match."""


class Expression(Protocol):
    """A compiled expression."""

    groups: int
    groupindex: Mapping[str, int]
    programsize: int

    def search(self, text: str) -> Found | None:
        """Return the first match."""

    def fullmatch(self, text: str) -> Found | None:
        """Return the match of the whole text."""

    def finditer(self, text: str) -> Iterable[Found]:
        """Return the matches one after another."""


class ExpressionError(ValueError):
    """A text is no expression, or one that would need too much memory; it says why in English, as Google does."""


def compiled(source: str, *, match_case: bool = True, literal: bool = False) -> Expression:
    """Return an expression; ExpressionError for a text that is none."""
    options = re2.Options()
    options.case_sensitive, options.literal = match_case, literal
    options.max_mem, options.log_errors = MOST_MEMORY, False
    try:
        made: Expression = re2.compile(source, options)
    except re2.error as error:
        raise ExpressionError(error.args[0].decode(errors="replace")) from error
    return made


def steps_of_search(expression: Expression, characters: int) -> int:
    """Return how many steps a search through a number of characters takes at most."""
    size = expression.programsize * (GROUPS_OF_SIZE + expression.groups) // GROUPS_OF_SIZE
    return characters * size // SIZE_OF_STEP
