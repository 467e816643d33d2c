"""Finding the header row of a table by its titles, wherever people have pushed it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from sheets_schema.campaign import ColumnRole, Form
from sheets_schema.grid import Grid
from sheets_schema.vietnamese import folding

UNIT_KEY = "unit_code"  # a column of files that carry several units' rows
UNIT_TITLES = ("Mã đơn vị",)  # as our own lists have it
LONGEST_TITLE = 160  # no header is longer; longer cells are not looked at
REMEMBERED_TITLES = 4096  # the same lines are above the table of every tab
REMEMBERED_ROWS, LONGEST_REMEMBERED = 64, 4_000  # the same header is on every tab; characters of one
TALLEST = 3  # rows of a header's merged cells; a merge over more is none of a header
_ALWAYS_FILLED = frozenset({ColumnRole.NAME, ColumnRole.SECTION})
_MARK = re.compile(r"\W*\w{0,2}\W*")  # "(2)": the number of a column
ENOUGH_TITLES = 3  # so many titles in one row make it the header, or all of them where a form has fewer


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header is, as indices of the grid, and which column is which."""

    start: int
    end: int  # the first row below it
    columns: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Titles:
    """The texts by which the columns of a form are recognised."""

    exact: Mapping[str, str]  # plain title, alias or key → key
    words: tuple[tuple[str, frozenset[str]], ...]  # key and the words of its title
    always_filled: frozenset[str] = frozenset()  # keys of the columns in which a row of the table has words
    _asked: dict[str, str | None] = field(default_factory=dict, compare=False, repr=False)
    _rows: dict[tuple[str, ...], Mapping[int, str]] = field(default_factory=dict, compare=False, repr=False)

    def key_of(self, cell: str) -> str | None:
        """Return the key of the column a cell is the title of, or None.

        Beside the titles and aliases, a shortened title is taken ("Thời gian", "Kết quả dự kiến") when it fits one
        column only, and a title with something added ("Ghi chú (nếu có)").
        """
        if not cell or len(cell) > LONGEST_TITLE:
            return None
        if cell not in self._asked:
            if len(self._asked) >= REMEMBERED_TITLES:
                self._asked.clear()
            title = plain(cell)
            self._asked[cell] = self.exact.get(title) or self._shortened(title) or self._lengthened(title)
        return self._asked[cell]

    def columns_of(self, cells: tuple[str, ...]) -> Mapping[int, str]:
        """Map column index to key; where two cells claim one column, the exact title wins, then the first."""
        found = self._rows.get(cells)
        if found is None:
            found = self._columns_of(cells)
            if len(found) >= ENOUGH_TITLES and sum(map(len, cells)) <= LONGEST_REMEMBERED:
                if len(self._rows) >= REMEMBERED_ROWS:
                    self._rows.clear()
                self._rows[cells] = found
        return found

    def _columns_of(self, cells: tuple[str, ...]) -> dict[int, str]:
        found: dict[str, int] = {}
        named: set[int] = set()
        for exactly in (True, False):
            for column, cell in enumerate(cells):
                if column in named:
                    continue
                key = self.exact.get(plain(cell)) if exactly and len(cell) <= LONGEST_TITLE else self.key_of(cell)
                if key is not None and key not in found:
                    found[key] = column
                    named.add(column)
        return {column: key for key, column in found.items()}

    def _shortened(self, title: str) -> str | None:
        words = frozenset(title.split())
        if not words or title.isdigit():
            return None
        starts = {key for known, key in self.exact.items() if known.startswith(title + " ")}
        if len(starts) == 1:
            return starts.pop()
        fits = [key for key, known in self.words if words <= known] if len(words) > 1 else []
        return fits[0] if len(fits) == 1 else None

    def _lengthened(self, title: str) -> str | None:
        starts = {key for known, key in self.exact.items() if " " in known and title.startswith(known + " ")}
        return starts.pop() if len(starts) == 1 and len(title.split()) <= 16 else None


@lru_cache(maxsize=64)
def titles_of(form: Form) -> Titles:
    """Prepare the recognition of a form's titles."""
    exact = {plain(alias): column.key for column in form.columns for alias in column.aliases}
    exact |= {plain(column.key): column.key for column in form.columns}
    exact |= {plain(column.title): column.key for column in form.columns}
    exact |= {plain(title): UNIT_KEY for title in (UNIT_KEY, *UNIT_TITLES) if plain(title) not in exact}
    words = tuple((column.key, frozenset(plain(column.title).split())) for column in form.columns)
    always_filled = frozenset(column.key for column in form.columns if column.role in _ALWAYS_FILLED)
    return Titles(exact, words, always_filled)


def plain(cell: str) -> str:
    """Reduce a title or label to its bare words: no case, marks, punctuation or line breaks."""
    return _plain_title(cell) if len(cell) <= LONGEST_TITLE else _plain(cell)


def _plain(cell: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", folding.without_marks(folding.fold(cell))))


# the same titles and labels are on every tab
_plain_title = lru_cache(maxsize=4096)(_plain)


def find_header(form: Form, grid: Grid) -> Header | None:
    """Return the first row that carries enough of the form's titles; None if there is none."""
    titles = titles_of(form)
    needed = min(ENOUGH_TITLES, len(form.columns))
    for index, cells in enumerate(grid.cells):
        if len(cells) - cells.count("") < needed:
            continue
        columns = titles.columns_of(cells)
        if len(set(columns.values()) - {UNIT_KEY}) >= needed:
            return _with_second_row(titles, grid, index, columns)
    return None


def old_font_of(form: Form, grid: Grid) -> str | None:
    """Return the old font ("TCVN3", "VNI") out of which the header is found once it is Unicode; None if in none."""
    needed = min(ENOUGH_TITLES, len(form.columns))
    lines = [
        tuple(cell for cell in cells if cell and len(cell) <= LONGEST_TITLE)
        for cells in grid.cells
        if len(cells) - cells.count("") >= needed and not all(map(str.isascii, cells))
    ]
    for font, convert in folding.FROM_OLD_FONTS.items():
        if find_header(form, Grid(tuple(tuple(map(convert, cells)) for cells in lines))) is not None:
            return font
    return None


def _with_second_row(titles: Titles, grid: Grid, index: int, columns: Mapping[int, str]) -> Header:
    """Take in a header that runs over two rows: by its merges, or because the row below names what was missing.

    A row below that has words of its own where every row has some is the table's first, whatever is beside them.
    """
    first = grid.row_number(index) - 1
    tall = any(
        merge.start_row == first and first + 1 < merge.end_row <= first + TALLEST and merge.start_column in columns
        for merge in grid.merges
    )
    below = grid.cells[index + 1] if index + 1 < len(grid.cells) else ()
    of_table = (cell for column, cell in enumerate(below) if columns.get(column) in titles.always_filled)
    if any(cell and titles.key_of(cell) is None and not _MARK.fullmatch(cell.strip()) for cell in of_table):
        return Header(index, index + 1, columns)
    added: dict[int, str] = {}
    for column, cell in enumerate(below):
        joined = f"{grid.text(index, column)} {cell}" if cell else ""
        key = titles.key_of(joined) or titles.key_of(cell) if column not in columns else None
        if key is not None and key not in columns.values() and key not in added.values():
            added[column] = key
    return Header(index, index + 2 if tall or added else index + 1, {**columns, **added})
