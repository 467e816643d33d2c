"""What is wrong with a declaration, and how it is told: file, key, line, found, accepted."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

LONGEST_QUOTE = 60
_WIDEST_NUMBER = 200  # bits; Python refuses to write out numbers far beyond
NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing a declaration says that cannot be accepted; `line` is None where no line can be named."""

    file: str
    key: str
    line: int | None
    found: str
    accepted: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.key}: found {self.found}; accepted: {self.accepted}"


class DeclarationError(Exception):
    """A declaration was refused; `faults` holds every reason, in the order of files and lines."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: (fault.file, fault.line or 0)))
        super().__init__(self.faults)

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults)


def fold(text: str) -> str:
    """Return the text as titles and codes are compared: NFC, without case, single spaces."""
    return unicodedata.normalize("NFC", " ".join(unicodedata.normalize("NFC", text).casefold().split()))


def shown(value: object) -> str:
    """Return a declared value as a fault quotes it: on one line and short."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (dict, list)):
        return "a table" if isinstance(value, dict) else "a list"
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    if isinstance(value, str):
        return f"“{visible(value)}”"
    return "a huge number" if isinstance(value, int) and value.bit_length() > _WIDEST_NUMBER else str(value)


def visible(text: str) -> str:
    """Return a text as a fault can print it: shortened, and what has no shape as its escape."""
    plain = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text[:LONGEST_QUOTE])
    return plain + "…" * (len(text) > LONGEST_QUOTE)


def suggested(found: str, known: Iterable[str]) -> str:
    """Return "; did you mean X?" for the nearest known word, or nothing."""
    near = difflib.get_close_matches(found, list(known), n=1)
    return f"; did you mean “{near[0]}”?" if near else ""
