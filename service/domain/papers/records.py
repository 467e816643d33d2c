"""A paper as plain records: named texts, tables of at most nine columns, figures with the rows behind them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias, TypeVar

from service.domain.made_as_asked import MadeAsAsked
from service.domain.printed_tables import CellLink

MOST_COLUMNS = 9

_Part = TypeVar("_Part")

# what a template may use under a name: a text, some of them, or named ones
Words: TypeAlias = str | Sequence["Words"] | Mapping[str, "Words"]


class PaperName(StrEnum):
    """The papers, each for one purpose."""

    PROGRESS = "progress"
    UNSENT = "unsent"
    REGISTRATIONS = "registrations"
    RESULTS = "results"
    URGING = "urging"
    SUMMARY = "summary"
    FORM = "form"
    RETURN = "return"

    @property
    def is_of_unit(self) -> bool:
        """Return True if it is about one unit."""
        return self in (PaperName.FORM, PaperName.RETURN)

    @property
    def is_of_form(self) -> bool:
        """Return True if it is about one obligation."""
        return self in (PaperName.URGING, PaperName.FORM, PaperName.RETURN)

    @property
    def is_letter(self) -> bool:
        """Return True if it is text first, with its lists annexed."""
        return self in (PaperName.URGING, PaperName.SUMMARY, PaperName.RETURN)


class RowStyle(StrEnum):
    """What a row of a table is."""

    BODY = "body"
    GROUP = "group"  # one text over all columns
    TOTAL = "total"


class Align(StrEnum):
    """Where the words of a column are."""

    LEFT = "left"
    CENTER = "center"


@dataclass(frozen=True, slots=True)
class PaperColumn:
    """A column: the name a template knows it by, its title, its width in millimetres."""

    key: str
    title: str
    width: float
    align: Align = Align.LEFT


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A row; one of a group has a single text."""

    style: RowStyle
    cells: tuple[str, ...]


def made_rows(lines: Sequence[PaperRow | _Part], make: Callable[[_Part], PaperRow]) -> Sequence[PaperRow]:
    """Return lines as rows: those that are none yet are made as they are asked for."""
    return MadeAsAsked(lines, lambda line: line if isinstance(line, PaperRow) else make(line))


@dataclass(frozen=True, slots=True)
class PaperTable:
    """A table with its title and what is noted below it."""

    key: str
    title: str
    columns: tuple[PaperColumn, ...]
    rows: Sequence[PaperRow]
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.columns) > MOST_COLUMNS:
            raise ValueError(f"{self.key}: {len(self.columns)} columns are too many for a page")


@dataclass(frozen=True, slots=True)
class Source:
    """A row, or a unit, that a figure counts."""

    unit: str  # its name
    code: str
    form: str  # its title
    row: int | None  # of the tab; None: the unit itself is counted
    words: str
    link: CellLink | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a paper: it is the count of its sources."""

    number: int
    label: str
    sources: Sequence[Source]

    @property
    def value(self) -> int:
        """How many rows or units are behind it."""
        return len(self.sources)


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper: what a template is filled with, and what its figures come from."""

    name: PaperName
    title: str
    texts: Mapping[str, Words]
    tables: tuple[PaperTable, ...]
    figures: tuple[Figure, ...] = ()
    landscape: bool = False
    file_words: tuple[str, ...] = field(default=())  # what its file's name tells apart: a unit's code, a form


def body(*cells: str) -> PaperRow:
    """Make a row of a table."""
    return PaperRow(RowStyle.BODY, cells)


def group(text: str) -> PaperRow:
    """Make a row over all columns."""
    return PaperRow(RowStyle.GROUP, (text,))


def total(*cells: str) -> PaperRow:
    """Make a row of sums."""
    return PaperRow(RowStyle.TOTAL, cells)


def widths_for(room: float, shares: Sequence[float], least: float = 9) -> list[float]:
    """Divide a room by shares; no column is narrower than `least`."""
    whole = sum(shares) or 1
    wide = [max(least, room * share / whole) for share in shares]
    over = sum(wide) - room
    spare = sum(width - least for width in wide) or 1
    return [round(width - over * (width - least) / spare, 1) for width in wide]
