"""Cells put where they are on their sheet, blank ones left out, within the bounds of one file."""

from __future__ import annotations

from dataclasses import dataclass, field

from service.documents.grid_file import FileSheet
from service.errors import UnreadableFileError
from sheets_schema.grid import Gap, Grid, Merge, a1
from sheets_schema.wording import message

MOST_COLUMNS = 200  # a stray cell far to the right must not make every row a thousand cells
MOST_ROWS = 50_000  # that hold something, in one file
MOST_CHARACTERS = 20_000_000  # in one file
MOST_MERGED = 200_000  # rows that merged cells cover, in one sheet
MOST_STRUCK = 200_000  # cells of one sheet whose words are struck through
LONGEST_BLANK = 1_000  # blank rows that are listed one by one
NAMED_CELLS = 20
LAST_ROW = 1_048_576

_NOTHING: tuple[str, ...] = ()


@dataclass(slots=True)
class FileBounds:
    """What one file may still hold."""

    rows: int = MOST_ROWS
    characters: int = MOST_CHARACTERS

    def take_row(self) -> None:
        """Count a row that holds something."""
        self.rows -= 1
        if self.rows < 0:
            raise UnreadableFileError(message("documents.too_many_rows", limit=MOST_ROWS))

    def take_text(self, text: str) -> None:
        """Count the characters of a cell, wherever else the same text is."""
        self.characters -= len(text)
        if self.characters < 0:
            raise UnreadableFileError(message("documents.too_much_text"))


@dataclass(slots=True)
class SheetBuilder:
    """A sheet as it is being read; rows count from 1 and columns from 0."""

    name: str
    bounds: FileBounds
    hidden: bool = False
    hidden_rows: int = 0
    uncomputed: list[str] = field(default_factory=list)
    beyond: str = ""
    columns: int = 0  # that a table of a document has
    follows: bool = False
    below: tuple[str, ...] = ()
    _struck: list[tuple[int, int]] = field(default_factory=list)
    _rows: dict[int, dict[int, str]] = field(default_factory=dict)
    _days: dict[tuple[int, int], str] = field(default_factory=dict)
    _merges: list[Merge] = field(default_factory=list)
    _merged: int = 0

    def put(self, row: int, column: int, text: str, day: str = "") -> None:
        """Put a cell's text, and what it means where it is a date."""
        if not text or not 0 < row <= LAST_ROW:
            return
        if column >= MOST_COLUMNS:
            self.beyond = self.beyond or a1(row, column)
            return
        cells = self._rows.get(row)
        if cells is None:
            self.bounds.take_row()
            cells = self._rows[row] = {}
        self.bounds.take_text(text)
        cells[column] = text
        if day:
            self._days[row, column] = day

    def holds(self, row: int) -> bool:
        """Return True if a row holds something."""
        return row in self._rows

    def merge(self, merge: Merge) -> None:
        """Note merged cells."""
        self._merged += max(0, min(merge.end_row - merge.start_row, len(self._rows) or 1))
        if self._merged > MOST_MERGED:
            raise UnreadableFileError(message("documents.too_many_merges"))
        self._merges.append(merge)

    def note_uncomputed(self, row: int, column: int) -> None:
        """Note a formula whose result is not in the file."""
        if len(self.uncomputed) < NAMED_CELLS:
            self.uncomputed.append(a1(row, column))

    def strike(self, row: int, column: int) -> None:
        """Note a cell, or a line above the table, of which words are left out because they are struck through."""
        if len(self._struck) >= MOST_STRUCK:
            raise UnreadableFileError(message("documents.too_much_text"))
        if row > 0:
            self._struck.append((row, column))

    def build(self) -> FileSheet:
        """Return the sheet; long runs of blank rows are gaps of its grid, blank rows at its end are no rows."""
        rows: list[tuple[str, ...]] = []
        gaps: list[Gap] = []
        places: dict[int, int] = {}
        above = 0
        for number in sorted(self._rows):
            blank = number - above - 1
            if blank > LONGEST_BLANK:
                gaps.append(Gap(len(rows), above + 1, blank))
            else:
                rows += [_NOTHING] * blank
            places[number] = len(rows)
            cells = self._rows.pop(number)
            rows.append(tuple(cells.get(column, "") for column in range(max(cells) + 1)))
            above = number
        days = {(places[row], column): day for (row, column), day in self._days.items()}
        grid = Grid(tuple(rows), tuple(self._merges), gaps=tuple(gaps), days=days)
        return FileSheet(
            self.name,
            grid,
            self.hidden,
            hidden_rows=self.hidden_rows,
            beyond=self.beyond,
            uncomputed=tuple(self.uncomputed),
            columns=self.columns,
            follows=self.follows,
            below=self.below,
            struck=tuple(self._struck),
        )
