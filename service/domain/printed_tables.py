"""Tables for people: what a sheet of the master, an export or a page shows, before anything knows how it is drawn."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple


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


class CellLink(NamedTuple):
    """A link of ours: where it leads, and what is shown."""

    url: str
    label: str


@dataclass(frozen=True, slots=True)
class Ordinal:
    """A line's running number: how many lines there are down to it, less those above that have no number.

    So a line keeps what is written in it when lines are put in or taken out above.
    """

    unnumbered: int


Value = str | int | float | date | None | CellLink | Ordinal  # a datetime is a date


class Line(NamedTuple):  # a master has as many as its units wrote: a tuple is made fast
    """One line of a table."""

    style: LineStyle
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class LinesMade:
    """Lines that are made whenever they are gone over, so that a list of thousands is never held whole."""

    make: Callable[[], Iterator[Line]]

    def __iter__(self) -> Iterator[Line]:
        return self.make()


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet: its lines from the top, and the widths of its columns in pixels.

    On paper are the first `printed_columns`, or all; the first `repeated_columns` are on each of the pages across.
    """

    title: str
    widths: tuple[int, ...]
    lines: Iterable[Line]  # that can be gone over again
    percent_columns: frozenset[int] = frozenset()
    charts: tuple[Chart, ...] = ()
    repeated_columns: int = 0
    printed_columns: int | None = None

    @property
    def header_index(self) -> int | None:
        """Index of the first header line, where the sheet is frozen."""
        return next((index for index, line in enumerate(self.lines) if line.style is LineStyle.HEADER), None)

    @property
    def column_count(self) -> int:
        """How many columns the table has."""
        return len(self.widths)


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that change together; they are made only when they are wanted.

    `source` changes whenever one of the lines would, `count` is how many there are.
    """

    key: str
    source: str
    count: int
    make: Callable[[], Sequence[Line]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of the master: blocks of lines from the top; the first holds the heading and the first header line."""

    title: str
    widths: tuple[int, ...]
    blocks: tuple[Block, ...]
    percent_columns: frozenset[int] = frozenset()
    charts: tuple[Chart, ...] = ()
    frozen_columns: int = 0  # stay in sight while a wide sheet is scrolled

    @property
    def column_count(self) -> int:
        """How many columns the sheet has."""
        return len(self.widths)

    @property
    def line_count(self) -> int:
        """How many lines the sheet has."""
        return sum(block.count for block in self.blocks)

    @property
    def shape(self) -> str:
        """What changes when the sheet must be rebuilt, whatever its lines show."""
        charts = [
            [chart.title, chart.header_line, chart.end_line, chart.label_column, list(chart.value_columns)]
            for chart in self.charts
        ]
        return digest([self.title, list(self.widths), sorted(self.percent_columns), charts, self.frozen_columns])

    def lines(self) -> Iterator[Line]:
        """Make every line, from the top."""
        for block in self.blocks:
            yield from block.make()

    def table(self) -> Table:
        """Return the sheet as one table, its numbers counted."""
        lines = tuple(_numbered(item, index) for index, item in enumerate(self.lines(), start=1))
        return Table(self.title, self.widths, lines, self.percent_columns, self.charts)


def fixed(key: str, lines: Sequence[Line]) -> Block:
    """Return a block of lines that are there already; the stamp is not content."""
    content = [[item.style, [_plain(value) for value in item.values]] for item in lines if _is_content(item)]
    return Block(key, digest(content), len(lines), lambda: lines)


def _is_content(item: Line) -> bool:
    return item.style is not LineStyle.STAMP


def _numbered(item: Line, number: int) -> Line:
    if not any(isinstance(value, Ordinal) for value in item.values):
        return item
    return Line(
        item.style,
        tuple(number - value.unnumbered if isinstance(value, Ordinal) else value for value in item.values),
    )


@dataclass(frozen=True, slots=True)
class Chart:
    """A native column chart over lines of its own table: the header line names the series."""

    title: str
    header_line: int
    end_line: int
    label_column: int
    value_columns: tuple[int, ...]


def fingerprint(sheets: Sequence[Sheet]) -> str:
    """Return one fingerprint of several sheets: another one means that a line of them is another."""
    return digest([[sheet.shape, [[one.key, one.source, one.count] for one in sheet.blocks]] for sheet in sheets])


def line(style: LineStyle, *values: Value) -> Line:
    """Make a line."""
    return Line(style, values)


def _plain(value: Value) -> object:
    if isinstance(value, Ordinal):
        return {"unnumbered": value.unnumbered}
    if isinstance(value, date):
        return value.isoformat()
    return [value.url, value.label] if isinstance(value, CellLink) else value


_encoder = json.JSONEncoder(ensure_ascii=False)


def digest(content: object) -> str:
    """Return a short fingerprint of nested JSON values."""
    return hashlib.sha256(_encoder.encode(content).encode("utf-8", "surrogatepass")).hexdigest()[:32]
