"""One file of a campaign folder: its bytes to text, its text to keys and values, each with its line."""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from sheets_schema.declaration.faults import NOTHING, WHOLE_FILE, Fault, phrase, shown, visible
from sheets_schema.declaration.lines import KeyPath, json_lines, toml_lines
from sheets_schema.wording import Message, joined

_PLACE_IN_MESSAGE = re.compile(r" \(at line (\d+), column (\d+)\)$")
# what parsers of TOML and JSON say, and what it means
_REASONS = {
    "Invalid date or datetime": "no_such_day",
    "Cannot overwrite": "given_twice",
    "Cannot declare": "given_twice",
    "Duplicate inline table key": "given_twice",
    "Unclosed": "open_bracket",
    "Expected ']": "open_bracket",
    "Unterminated string": "open_quote",
    "Illegal character '\\n'": "open_quote",
    "Expected '=' after a key": "no_equals_sign",
    "Unescaped '\\'": "lone_backslash",
    "Invalid \\escape": "lone_backslash",
    "Expecting ',' delimiter": "no_comma",
    "in double quotes": "name_without_quotes",
    "Extra data": "after_the_end",
}


class UnreadableSourceError(Exception):
    """A file cannot be read at all; `fault` holds the reason."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(str(fault.message))


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as read: what it holds, the line of each key, what was given twice."""

    file: str
    content: object
    lines: Mapping[KeyPath, int] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()

    def line(self, at: KeyPath) -> int | None:
        """Return the line of a path, or of the nearest table that holds it."""
        for length in range(len(at), 0, -1):
            if at[:length] in self.lines:
                return self.lines[at[:length]]
        return None

    def fault(self, at: KeyPath, found: object, accepted: Message) -> Fault:
        """Return a fault at a path; `found` is quoted as declared."""
        return Fault(self.file, self.key(at), self.line(at), shown(found), accepted)

    def key(self, at: KeyPath) -> str:
        """Return a path as people write it: `obligations[0].due_before`."""
        return key_text(at) or WHOLE_FILE

    def texts(self, *path: str | None) -> list[tuple[KeyPath, str]]:
        """Return the texts at a path with their own paths; None in it is every item of a list.

        Tables with faults count too: what others refer to is found here, so that one fault is not reported twice.
        """
        found: list[tuple[KeyPath, object]] = [((), self.content)]
        for part in path:
            if part is None:
                lists = ((at, value) for at, value in found if isinstance(value, (list, tuple)))
                found = [((*at, index), item) for at, items in lists for index, item in enumerate(items)]
            else:
                tables = ((at, value) for at, value in found if isinstance(value, dict))
                found = [((*at, part), table[part]) for at, table in tables if part in table]
        return [(at, value) for at, value in found if isinstance(value, str) and value.strip()]


def key_text(at: KeyPath) -> str:
    """Return a path as faults name it: `obligations[0].due_before`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{visible(part)}" for part in at)
    return text.removeprefix(".")


def decoded(file: str, content: bytes) -> str:
    """Return the text of a file as NFC with plain line ends; raise UnreadableSourceError where it is not UTF-8."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        found = phrase("not_utf8", byte=f"0x{content[error.start]:02x}")
        raise _unreadable(file, line, found, "utf8_text") from error
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n"))


def read_toml(file: str, content: bytes) -> SourceFile:
    """Return a TOML file as a source; raise UnreadableSourceError where it is not TOML."""
    text = decoded(file, content)
    try:
        return SourceFile(file, tomllib.loads(text), toml_lines(text))
    except tomllib.TOMLDecodeError as error:
        match = _PLACE_IN_MESSAGE.search(str(error))
        line, column = (int(match[1]), int(match[2])) if match else (text.count("\n") + 1, 1)
        raise _unreadable(file, line, _stopped(text, line, column, str(error)), "valid_toml") from error
    except (RecursionError, ValueError) as error:  # a date or a number the parser took but Python cannot hold
        raise _unreadable(file, None, _beyond(error), "valid_toml") from error


def read_json(file: str, content: bytes) -> SourceFile:
    """Return a JSON file as a source; raise UnreadableSourceError where it is not JSON."""
    text = decoded(file, content)
    try:
        parsed = json.loads(text, parse_constant=_refuse_constant)
        places, repeated = json_lines(text)
    except json.JSONDecodeError as error:
        raise _unreadable(
            file, error.lineno, _stopped(text, error.lineno, error.colno, error.msg), "valid_json"
        ) from error
    except (RecursionError, ValueError) as error:
        raise _unreadable(file, None, _beyond(error), "valid_json") from error
    source = SourceFile(file, parsed, places)
    faults = (Fault(file, source.key(at), line, phrase("given_twice"), phrase("given_once")) for at, line in repeated)
    return SourceFile(file, parsed, places, tuple(faults))


def _beyond(error: Exception) -> Message:
    if isinstance(error, _NoJsonValueError):
        return phrase("no_json_value", name=str(error))
    return phrase("too_deep" if isinstance(error, RecursionError) else "beyond_reading")


def _stopped(text: str, line: int, column: int, reason: str) -> Message:
    """Return what is wrong at a place where a parser gave up, and the text there; parsers say it in English alone."""
    if not text.strip():
        return NOTHING
    words = dict(enumerate(text.split("\n"), 1)).get(line, "")
    rest = words[column - 1 :].strip() or words.strip()
    place = phrase("stopped_at", text=visible(rest)) if rest else phrase("stopped_at_end")
    known = next((name for said, name in _REASONS.items() if said in reason), None)
    return joined([phrase(known), place], ", ") if known else place


def _unreadable(file: str, line: int | None, found: Message, accepted: str) -> UnreadableSourceError:
    return UnreadableSourceError(Fault(file, WHOLE_FILE, line, found, phrase(accepted)))


class _NoJsonValueError(ValueError):
    """A number that JSON does not have, such as NaN."""


def _refuse_constant(name: str) -> object:
    raise _NoJsonValueError(name)
