"""Rows of a report: found by their section code (II.1) or a free row's title; everything else is structure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from sheets_schema.campaign import Column, ColumnRole, Form, ValueType
from sheets_schema.grid import Grid, column_letters
from sheets_schema.problems import ProblemPlace, problem
from sheets_schema.reading.headers import UNIT_KEY, Header, plain, titles_of
from sheets_schema.reading.labels import LabelReader
from sheets_schema.reading.row_kinds import RowKind, is_header, numbers_columns
from sheets_schema.reading.row_records import Row, TableRows, unit_of
from sheets_schema.reading.signature_block import is_signature_text
from sheets_schema.reading.ticks import is_ticked, is_unclear
from sheets_schema.vietnamese import folding

GIVEN_ROLES = frozenset({ColumnRole.SECTION, ColumnRole.GIVEN})
LONGEST_LABEL = 100
LONGEST_REMEMBERED = 400
_LONGEST_MARK = 2  # of what may number a column: "1", "B"
_NUMBERED = re.compile(r"\s*(?:[IVXLC]+|\d{1,2}|[a-zđ])\s*[.)/]\s*", re.IGNORECASE)
_END_OF_LABEL = re.compile(r"[:\n;]|[–—]|\s-(?=\s)|\.(?=\s)")
_CODE = re.compile(r"[IVXLC]*\.?\d*(?:\.\d+)*")


class FreeLabel(NamedTuple):
    """The label of a free row in a cell, and what the unit wrote behind it."""

    key: str
    words: str = ""


class _FixedTable:
    def __init__(self, form: Form, grid: Grid, header: Header, places: Mapping[str, int], labels: LabelReader) -> None:
        self.form = form
        self.grid = grid
        self.header = header
        self.places = {key: column for key, column in places.items() if key != UNIT_KEY}
        self.unit_column = places.get(UNIT_KEY)
        self.covered = grid.merged_downwards()
        self.merged = {index for index, _ in self.covered}  # rows; few tabs have any in the table
        self.free_titles = _free_titles(form)
        self.labels = labels
        self.section = next((column.key for column in form.columns if column.role is ColumnRole.SECTION), "")
        self.own = tuple(column for column in form.columns if column.role not in GIVEN_ROLES)
        self.letters = {key: column_letters(column) for key, column in self.places.items()}
        self.first_own = self.own[0].key if self.own else ""
        self.own_places = {self.places[column.key] for column in self.own if column.key in self.places}
        self.outside: dict[int, ProblemPlace] = {}

    def read(self) -> TableRows:
        rows = tuple(self._row(index) for index in range(self.header.end, len(self.grid.cells)))
        return TableRows(rows, tuple(problem("TEXT_OUTSIDE", place) for place in self.outside.values()))

    def _row(self, index: int) -> Row:
        texts = {key: self.grid.text(index, column) for key, column in self.places.items()}
        values, typed = self._values(index, texts), self._is_filled(texts)
        code = section_code(texts.get(self.section, ""))
        free = self._free_row(index, is_coded=bool(code))
        if free is not None:
            kind, key = RowKind.FREE, free.key
            if free.words and folding.is_blank(values.get(self.first_own, "")):
                values = {**values, self.first_own: free.words}
        elif len(code) <= _LONGEST_MARK and self._numbers_columns(index):
            kind, key = RowKind.HEADER, ""
        elif code:
            kind, key = RowKind.CONTENT, code
        elif typed and self._code_above(index):
            kind, key = RowKind.CONTENT, self._code_above(index)
        else:
            kind, key = self._structure(index, texts, filled=typed), ""
        unit = unit_of(self.grid, index, self.unit_column, self.covered)
        has_content = kind in (RowKind.CONTENT, RowKind.FREE) and (typed or self._is_filled(values))
        return Row(self.grid.row_number(index), kind, texts, values, self.letters, key, unit, filled=has_content)

    def _numbers_columns(self, index: int) -> bool:
        return numbers_columns([cell for cell in self.grid.cells[index] if not folding.is_blank(cell)])

    def _is_filled(self, texts: Mapping[str, str]) -> bool:
        return any(_is_own(column, texts.get(column.key, "")) for column in self.own)

    def _values(self, index: int, texts: Mapping[str, str]) -> Mapping[str, str]:
        """Return the texts of a row, where a cell is merged downwards over it what that cell says."""
        if index not in self.merged:
            return texts
        merged = {}
        for column in self.own:
            top = self._top(index, column.key)
            if top is not None and folding.is_blank(texts.get(column.key, "")):
                merged[column.key] = self.grid.text(top, self.places[column.key])
        return {**texts, **merged} if merged else texts

    def _code_above(self, index: int) -> str:
        """Return the section's code in a cell that is merged downwards over a row; blank without one."""
        top = self._top(index, self.section)
        return "" if top is None else section_code(self.grid.text(top, self.places[self.section]))

    def _top(self, index: int, key: str) -> int | None:
        top = self.covered.get((index, self.places[key])) if key in self.places else None
        return None if top is None or top < self.header.end else top

    def _structure(self, index: int, texts: Mapping[str, str], *, filled: bool) -> RowKind:
        cells = [cell for cell in self.grid.cells[index] if not folding.is_blank(cell)]
        if not cells:
            return RowKind.BLANK
        if self.labels.read_within_table(index) or is_header(titles_of(self.form), texts):
            return RowKind.HEADER
        if any(is_signature_text(cell) for cell in cells):
            return RowKind.SIGNATURE
        return RowKind.CONTENT if filled else RowKind.SECTION

    def _free_row(self, index: int, *, is_coded: bool) -> FreeLabel | None:
        """Return the free row that a row answers: by its label, or by a label before the unit's words."""
        for column, cell in enumerate(self.grid.cells[index]):
            is_own = column in self.own_places
            if not cell or (is_own and is_coded):
                continue
            found = _label_in(self.free_titles, cell)
            if found is not None and not (is_own and found.words):
                return found
        return None


def read_rows(form: Form, grid: Grid, header: Header, places: Mapping[str, int], labels: LabelReader) -> TableRows:
    """Read the rows below the header; labelled values met on the way go to `labels`."""
    return _FixedTable(form, grid, header, places, labels).read()


def free_label(form: Form, cell: str) -> FreeLabel | None:
    """Return the free row whose label a cell is or begins with ("Đề xuất, kiến nghị: …"); None for any other cell."""
    return _label_in(_free_titles(form), cell)


def _label_in(free_titles: tuple[tuple[str, str], ...], cell: str) -> FreeLabel | None:
    return (_remembered_label if len(cell) <= LONGEST_REMEMBERED else _found_label)(free_titles, cell)


def _found_label(free_titles: tuple[tuple[str, str], ...], cell: str) -> FreeLabel | None:
    titles = dict(free_titles)
    start = _NUMBERED.match(cell)
    label = cell[start.end() :] if start else cell
    key = titles.get(plain(label)) if len(label) < LONGEST_LABEL else None
    if key is not None:
        return FreeLabel(key)
    for end in _END_OF_LABEL.finditer(label[:LONGEST_LABEL]):
        key = titles.get(plain(label[: end.start()]))
        words = label[end.end() :].strip()
        if key is not None and not folding.is_blank(words):
            return FreeLabel(key, words)
    return None


# the codes and titles of sections are on every tab
_remembered_label = lru_cache(maxsize=1024)(_found_label)


def _free_titles(form: Form) -> tuple[tuple[str, str], ...]:
    return tuple((plain(free.title), free.key) for free in form.free_rows)


def _is_own(column: Column, cell: str) -> bool:
    """Return True if a cell holds something of the unit's: an empty check box does not."""
    if column.type is ValueType.TICK:
        return is_ticked(cell, column) or is_unclear(cell, column)
    return not folding.is_blank(cell)


def section_code(cell: str) -> str:
    """Return a section's code in its plain form ("II.1" from " ii. 1."), blank if the cell holds none."""
    code = "".join(folding.squash(cell[:40]).split()).rstrip(".,)").upper()
    return code if _CODE.fullmatch(code) else ""
