"""Rows of a report: found by their section code (II.1) or a free row's title; everything else is structure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sheets_schema.campaign import Column, ColumnRole, Form, ValueType
from sheets_schema.grid import Grid, column_letters
from sheets_schema.problems import ProblemPlace, problem
from sheets_schema.reading.headers import UNIT_KEY, Header, plain, titles_of
from sheets_schema.reading.labels import LabelReader
from sheets_schema.reading.row_kinds import RowKind, is_header
from sheets_schema.reading.row_records import Row, TableRows, unit_of
from sheets_schema.reading.signature_block import is_signature_text
from sheets_schema.reading.ticks import is_ticked, is_unclear
from sheets_schema.vietnamese import folding

GIVEN_ROLES = frozenset({ColumnRole.SECTION, ColumnRole.GIVEN})
_CODE = re.compile(r"[IVXLC]*\.?\d*(?:\.\d+)*")


class _FixedTable:
    def __init__(self, form: Form, grid: Grid, header: Header, places: Mapping[str, int], labels: LabelReader) -> None:
        self.form = form
        self.grid = grid
        self.header = header
        self.places = {key: column for key, column in places.items() if key != UNIT_KEY}
        self.unit_column = places.get(UNIT_KEY)
        self.covered = grid.merged_downwards() if self.unit_column is not None else {}
        self.labels = labels
        self.section = next((column.key for column in form.columns if column.role is ColumnRole.SECTION), "")
        self.own = tuple(column for column in form.columns if column.role not in GIVEN_ROLES)
        self.letters = {key: column_letters(column) for key, column in self.places.items()}
        self.free_titles = {plain(free.title): free.key for free in form.free_rows}
        self.outside: dict[int, ProblemPlace] = {}

    def read(self) -> TableRows:
        rows = tuple(self._row(index) for index in range(self.header.end, len(self.grid.cells)))
        return TableRows(rows, tuple(problem("TEXT_OUTSIDE", place) for place in self.outside.values()))

    def _row(self, index: int) -> Row:
        texts = {key: self.grid.text(index, column) for key, column in self.places.items()}
        free = self._free_row(index)
        filled = any(_is_own(column, texts.get(column.key, "")) for column in self.own)
        code = section_code(texts.get(self.section, ""))
        if free is not None:
            kind, key = RowKind.FREE, free
        elif code:
            kind, key = RowKind.CONTENT, code
        else:
            kind, key = self._structure(index, texts, filled=filled), ""
        unit = unit_of(self.grid, index, self.unit_column, self.covered)
        has_content = filled and kind in (RowKind.CONTENT, RowKind.FREE)
        return Row(self.grid.row_number(index), kind, texts, texts, self.letters, key, unit, filled=has_content)

    def _structure(self, index: int, texts: Mapping[str, str], *, filled: bool) -> RowKind:
        cells = [cell for cell in self.grid.cells[index] if not folding.is_blank(cell)]
        if not cells:
            return RowKind.BLANK
        if self.labels.read_within_table(index) or is_header(titles_of(self.form), texts):
            return RowKind.HEADER
        if any(is_signature_text(cell) for cell in cells):
            return RowKind.SIGNATURE
        return RowKind.CONTENT if filled else RowKind.SECTION

    def _free_row(self, index: int) -> str | None:
        for cell in self.grid.cells[index]:
            if cell and len(cell) < 100:
                key = self.free_titles.get(plain(cell))
                if key is not None:
                    return key
        return None


def read_rows(form: Form, grid: Grid, header: Header, places: Mapping[str, int], labels: LabelReader) -> TableRows:
    """Read the rows below the header; labelled values met on the way go to `labels`."""
    return _FixedTable(form, grid, header, places, labels).read()


def _is_own(column: Column, cell: str) -> bool:
    """Return True if a cell holds something of the unit's: an empty check box does not."""
    if column.type is ValueType.TICK:
        return is_ticked(cell, column) or is_unclear(cell, column)
    return not folding.is_blank(cell)


def section_code(cell: str) -> str:
    """Return a section's code in its plain form ("II.1" from " ii. 1."), blank if the cell holds none."""
    code = "".join(folding.squash(cell[:40]).split()).rstrip(".,)").upper()
    return code if _CODE.fullmatch(code) else ""
