"""What is wrong with a declaration, and how it is reported: file, key, line, found, accepted."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from sheets_schema.wording import Language, Message, Value, joined, message, verbatim

LONGEST_QUOTE = 60
_WIDEST_NUMBER = 200  # bits; Python refuses to write out numbers far beyond
WHOLE_FILE = "(whole file)"
_PARTS = {  # named where there is no key
    "(file)": "part_file",
    "(folder)": "part_folder",
    WHOLE_FILE: "part_whole_file",
    "(line)": "part_line",
    "(lines)": "part_lines",
    "(header)": "part_header",
}


def phrase(key: str, **values: Value) -> Message:
    """Return words about declarations."""
    return message(f"declaration.{key}", **values)


NOTHING = phrase("nothing")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing a declaration holds that cannot be accepted; `line` is None where no line can be named."""

    file: str
    key: str
    line: int | None
    found: Message
    accepted: Message

    @property
    def message(self) -> Message:
        """The fault on one line."""
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        name = phrase(_PARTS[self.key]) if self.key in _PARTS else self.key
        return phrase("fault", place=place, name=name, found=self.found, accepted=self.accepted)


class DeclarationError(Exception):
    """A declaration was refused; `faults` holds every reason, in the order of files and lines."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: (fault.file, fault.line or 0)))
        self.message = joined((fault.message for fault in self.faults), "\n")
        super().__init__(self.message)

    def text(self, language: Language) -> str:
        """Return every fault on a line of its own."""
        return self.message.text(language)


def fold(text: str) -> str:
    """Return the text as titles and codes are compared: NFC, without case, single spaces."""
    return unicodedata.normalize("NFC", " ".join(unicodedata.normalize("NFC", text).casefold().split()))


def shown(value: object) -> Message:
    """Return a declared value as a fault quotes it: on one line and short."""
    if isinstance(value, Message):
        return value
    if value is None or value == "":
        return NOTHING
    if isinstance(value, (dict, list)):
        return phrase("a_table" if isinstance(value, dict) else "a_list")
    if isinstance(value, int) and value.bit_length() > _WIDEST_NUMBER:
        return phrase("huge_number")
    if isinstance(value, str):
        return verbatim(f"“{visible(value)}”")
    if isinstance(value, bool):
        return verbatim(str(value).lower())
    return verbatim(value.isoformat() if isinstance(value, (date, datetime, time)) else str(value))


def visible(text: str) -> str:
    """Return a text as a fault can print it: shortened, and what has no shape as its escape."""
    plain = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text[:LONGEST_QUOTE])
    return plain + "…" * (len(text) > LONGEST_QUOTE)


def suggesting(accepted: Message, found: object, known: Iterable[str]) -> Message:
    """Return what is accepted, with the nearest known word where there is one."""
    near = nearest(found, known) if isinstance(found, str) else ""
    return phrase("suggestion", accepted=accepted, near=near) if near else accepted


def nearest(found: str, known: Iterable[str]) -> str:
    """Return the known word that was likely meant, blank where none is near."""
    return next(iter(difflib.get_close_matches(found, list(known), n=1)), "")
