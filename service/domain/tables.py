"""Tables for people: what a sheet of the master, an export or a page shows, before anything knows how it is drawn."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class LineStyle(StrEnum):
    """What a line of a table is."""

    TITLE = "title"
    SUBTITLE = "subtitle"
    NOTE = "note"
    STAMP = "stamp"  # when it last changed: never a reason to write again
    HEADER = "header"
    GROUP = "group"
    BODY = "body"
    TOTAL = "total"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Link:
    """A link of ours: where it leads, and what is shown."""

    url: str
    label: str


Value = str | int | float | None | Link


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table."""

    style: LineStyle
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet: its lines from the top, and the widths of its columns in pixels."""

    title: str
    widths: tuple[int, ...]
    lines: tuple[Line, ...]
    percent_columns: frozenset[int] = frozenset()
    charts: tuple[Chart, ...] = ()

    @property
    def header_index(self) -> int | None:
        """Index of the first header line, where the sheet is frozen."""
        return next((index for index, line in enumerate(self.lines) if line.style is LineStyle.HEADER), None)

    @property
    def column_count(self) -> int:
        """How many columns the table has."""
        return len(self.widths)

    def fingerprint(self) -> str:
        """Return what changes when the content does; the stamp is not content."""
        lines = [
            [line.style, [_plain(value) for value in line.values]]
            for line in self.lines
            if line.style is not LineStyle.STAMP
        ]
        return _digest([self.title, list(self.widths), lines])


@dataclass(frozen=True, slots=True)
class Chart:
    """A native column chart over lines of its own table: the header line names the series."""

    title: str
    header_line: int
    end_line: int
    label_column: int
    value_columns: tuple[int, ...]


def fingerprint(tables: Sequence[Table]) -> str:
    """Return one fingerprint of several tables."""
    return _digest([table.fingerprint() for table in tables])


def line(style: LineStyle, *values: Value) -> Line:
    """Make a line."""
    return Line(style, values)


def _plain(value: Value) -> object:
    return [value.url, value.label] if isinstance(value, Link) else value


def _digest(content: object) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()
