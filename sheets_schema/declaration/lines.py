"""The line of each key of a TOML or JSON text. The parsers give what a text means, never on which line it is.

Only texts a parser has accepted come here, so nothing is judged: the scanners step over strings, tables and lists.
"""

from __future__ import annotations

import bisect
import json
import re
import tomllib
from abc import ABC, abstractmethod

KeyPath = tuple[str | int, ...]

_BASIC = r'"(?:\\.|[^"\\])*"'
_STRING = re.compile(r'"""(?:\\.|[^\\])*?"""(?:"{0,2})' + r"|'''.*?'''(?:'{0,2})|" + _BASIC + r"|'[^']*'", re.DOTALL)
_TOML_KEY = re.compile(_BASIC + r"|'[^']*'|[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}#\n]+")
_GAP = re.compile(r"(?:\s|#[^\n]*)*")
_BLANKS = re.compile(r"[ \t]*")


def toml_lines(text: str) -> dict[KeyPath, int]:
    """Return the line of every table, list item and key of a valid TOML text."""
    return _TomlScanner(text).scan()


def json_lines(text: str) -> tuple[dict[KeyPath, int], tuple[tuple[KeyPath, int], ...]]:
    """Return the line of every key and list item of a valid JSON text, and the keys given a second time."""
    scanner = _JsonScanner(text)
    scanner.value(())
    return scanner.lines, tuple(scanner.repeated)


class _Scanner(ABC):
    """A cursor over a text that notes the line where each path begins."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.lines: dict[KeyPath, int] = {}
        self.repeated: list[tuple[KeyPath, int]] = []
        self._newlines = [match.start() for match in re.finditer("\n", text)]

    def line(self) -> int:
        return bisect.bisect_left(self._newlines, self.position) + 1

    def skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.position)
        if match is None:
            return ""
        self.position = match.end()
        return match.group()

    def at(self, token: str) -> bool:
        return self.text.startswith(token, self.position)

    def take(self, token: str) -> bool:
        found = self.at(token)
        self.position += len(token) * found
        return found

    def value(self, path: KeyPath) -> None:
        self.skip(_GAP)
        self.lines.setdefault(path, self.line())
        if self.take("["):
            self._items(path)
        elif self.take("{"):
            self._members(path)
        elif not self.skip(_STRING):
            self.skip(_SCALAR)

    @abstractmethod
    def member(self, path: KeyPath) -> None:
        """Step over a key and its value inside a table."""

    def _items(self, path: KeyPath) -> None:
        index = 0
        while not self._closed("]"):
            self.value((*path, index))
            index += 1

    def _members(self, path: KeyPath) -> None:
        while not self._closed("}"):
            self.member(path)

    def _closed(self, bracket: str) -> bool:
        self.skip(_GAP)
        self.take(",")
        self.skip(_GAP)
        return self.take(bracket) or self.position >= len(self.text)


class _JsonScanner(_Scanner):
    def member(self, path: KeyPath) -> None:
        line = self.line()
        key: str = json.loads(self.skip(_STRING), strict=False)
        if (*path, key) in self.lines:
            self.repeated.append(((*path, key), line))
        self.lines.setdefault((*path, key), line)
        self.skip(_GAP)
        self.take(":")
        self.value((*path, key))


class _TomlScanner(_Scanner):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._table: KeyPath = ()
        self._sizes: dict[KeyPath, int] = {}  # arrays of tables, with how many items they have so far

    def scan(self) -> dict[KeyPath, int]:
        self.skip(_GAP)
        while self.position < len(self.text):
            if self.at("["):
                self._header()
            else:
                self.member(self._table)
            self.skip(_GAP)
        return self.lines

    def member(self, path: KeyPath) -> None:
        line = self.line()
        for part in self._key():
            path = (*path, part)
            self.lines.setdefault(path, line)
        self.take("=")
        self.value(path)

    def _header(self) -> None:
        line = self.line()
        many = self.take("[[")
        if not many:
            self.take("[")
        keys = self._key()
        self.position += 2 if many else 1
        path: KeyPath = ()
        for part in keys:
            path = self._entered((*path, part), line)
        self._table = self._next_item(path, line) if many else path

    def _entered(self, path: KeyPath, line: int) -> KeyPath:
        """Return the path, inside the newest item where it names an array of tables."""
        self.lines.setdefault(path, line)
        return (*path, self._sizes[path] - 1) if path in self._sizes else path

    def _next_item(self, path: KeyPath, line: int) -> KeyPath:
        array = path[:-1] if path and isinstance(path[-1], int) else path
        index = self._sizes.get(array, 0)
        self._sizes[array] = index + 1
        self.lines[(*array, index)] = line
        return (*array, index)

    def _key(self) -> list[str]:
        parts = []
        while True:
            self.skip(_BLANKS)
            part = self.skip(_TOML_KEY)
            parts.append(_unquoted(part))
            self.skip(_BLANKS)
            if not self.take("."):
                return parts


def _unquoted(part: str) -> str:
    return str(tomllib.loads(f"key = {part}")["key"]) if part[:1] in "\"'" else part
