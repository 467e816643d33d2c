"""One file of a campaign folder: its bytes to text, its text to keys and values, each with its line."""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from sheets_schema.declaration.faults import NOTHING, Fault, shown, visible
from sheets_schema.declaration.lines import Path, json_lines, toml_lines

_LINE_IN_MESSAGE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_TOO_DEEP = "tables and lists nested beyond reading"


class UnreadableSourceError(Exception):
    """A file cannot be read at all; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(str(fault))


@dataclass(frozen=True, slots=True)
class Source:
    """A file as read: what it holds, where each key stands, what was given twice."""

    file: str
    content: object
    lines: Mapping[Path, int] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()

    def line(self, at: Path) -> int | None:
        """Return the line of a path, or of the nearest table that holds it."""
        for length in range(len(at), 0, -1):
            if at[:length] in self.lines:
                return self.lines[at[:length]]
        return None

    def fault(self, at: Path, found: object, accepted: str) -> Fault:
        """Return a fault at a path; `found` is quoted as declared."""
        text = NOTHING if found is None else shown(found)
        return Fault(self.file, dotted(at), self.line(at), text, accepted)


def dotted(at: Path) -> str:
    """Return a path as people write it: `obligations[0].due_before`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{visible(part)}" for part in at)
    return text.removeprefix(".") or "(whole file)"


def decoded(file: str, content: bytes) -> str:
    """Return the text of a file as NFC with plain line ends; raise UnreadableSourceError where it is not UTF-8."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        found = f"byte 0x{content[error.start]:02x}, which is not UTF-8"
        raise _unreadable(file, line, found, "text saved as UTF-8") from error
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n"))


def read_toml(file: str, content: bytes) -> Source:
    """Return a TOML file as a source; raise UnreadableSourceError where it is not TOML."""
    text = decoded(file, content)
    try:
        return Source(file, tomllib.loads(text), toml_lines(text))
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        match = _LINE_IN_MESSAGE.search(message)
        line = int(match[1]) if match and match[1] else text.count("\n") + 1
        raise _unreadable(file, line, _LINE_IN_MESSAGE.sub("", message), "valid TOML") from error
    except RecursionError as error:
        raise _unreadable(file, None, _TOO_DEEP, "valid TOML") from error
    except ValueError as error:  # a date or a number the parser took but Python cannot hold
        raise _unreadable(file, None, str(error), "valid TOML") from error


def read_json(file: str, content: bytes) -> Source:
    """Return a JSON file as a source; raise UnreadableSourceError where it is not JSON."""
    text = decoded(file, content)
    try:
        parsed = json.loads(text, parse_constant=_refuse_constant)
        places, repeated = json_lines(text)
    except json.JSONDecodeError as error:
        raise _unreadable(file, error.lineno, error.msg, "valid JSON") from error
    except RecursionError as error:
        raise _unreadable(file, None, _TOO_DEEP, "valid JSON") from error
    except ValueError as error:
        raise _unreadable(file, None, str(error), "valid JSON") from error
    faults = (Fault(file, dotted(at), line, "the key a second time", "each key once") for at, line in repeated)
    return Source(file, parsed, places, tuple(faults))


def _unreadable(file: str, line: int | None, found: str, accepted: str) -> UnreadableSourceError:
    return UnreadableSourceError(Fault(file, "(whole file)", line, found, accepted))


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name}, which is no JSON value")
