r"""Declared patterns, matched in a time that grows with the text alone: RE2 knows no pattern that takes for ever.

Python's `re` tries every way to part "aaa…" for `(a+)+`: one cell of sixty letters could hold up everybody's. What
`\w`, `\d` and `\s` mean is kept as it is in Python: RE2 alone knows only the letters of English by them.
"""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from typing import Any

import re2

# in a class of characters
_IN_CLASS = {
    "w": r"\p{L}\p{N}_", "d": r"\p{Nd}", "s": r"\t-\r\x1c-\x20\x85\p{Z}", "D": r"\P{Nd}", "b": r"\x08",
}  # fmt: skip
_WITHOUT = {"W": r"\W+", "S": r"\S+"}  # in a class RE2 cannot say "all but these": they are counted out
_OUTSIDE = {
    **{letter: f"[{_IN_CLASS[letter]}]" for letter in "wds"},
    **{letter.upper(): f"[^{_IN_CLASS[letter]}]" for letter in "wds"},
    "Z": r"\z",
}
_BY_NUMBER = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))")
_WITHOUT_LEAST = re.compile(r"\{,(?=\d+\})")
_BOUNDARIES = "bB"  # of words of English alone in RE2


class PatternError(ValueError):
    """A pattern that cannot be matched in a time that grows with the text alone."""


@lru_cache(maxsize=256)
def compiled(pattern: str) -> Any:  # noqa: ANN401 – an expression of re2, which has no types
    """Return a pattern to be matched; PatternError where it looks around, refers back or repeats too often."""
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(_translated(pattern), options)
    except re2.error as error:
        raise PatternError(str(error)) from None


def matches(pattern: str, text: str) -> bool:
    """Return True if a pattern matches the whole of a text."""
    return compiled(pattern).fullmatch(text.encode(errors="replace").decode()) is not None


def _translated(pattern: str) -> str:
    """Return a pattern of Python's as RE2 takes it."""
    found: list[str] = []
    at, in_class, first = 0, False, 0
    while at < len(pattern):
        char = pattern[at]
        if char == "\\" and at + 1 < len(pattern):
            piece, length = _escape(pattern, at, in_class=in_class)
            found.append(piece)
            at += length
            continue
        if in_class:
            in_class = char != "]" or at == first
        elif char == "[":
            in_class, first = True, at + 1 + pattern.startswith("^", at + 1)
        elif _WITHOUT_LEAST.match(pattern, at):
            char = "{0"
        found.append(char)
        at += 1
    return "".join(found)


def _escape(pattern: str, at: int, *, in_class: bool) -> tuple[str, int]:
    """Return an escaped character as RE2 takes it, and how long it is in the pattern."""
    letter = pattern[at + 1]
    if letter in _BOUNDARIES and not in_class:
        raise PatternError(f"\\{letter}")
    number = _BY_NUMBER.match(pattern, at)
    if number:
        return f"\\x{{{number[1] or number[2]}}}", len(number[0])
    if in_class and letter in _WITHOUT:
        return _counted_out(_WITHOUT[letter]), 2
    known = (_IN_CLASS if in_class else _OUTSIDE).get(letter)
    itself = pattern[at : at + 2] if letter.isascii() else letter
    return known or itself, 2


@lru_cache(maxsize=len(_WITHOUT))
def _counted_out(characters: str) -> str:
    """Return the characters that an expression of Python's matches, each run of them from its first to its last."""
    runs = re.finditer(characters, "".join(map(chr, range(sys.maxunicode + 1))))
    return "".join(f"\\x{{{run.start():x}}}-\\x{{{run.end() - 1:x}}}" for run in runs)
