"""The labelled values beside a table: found by their labels, wherever those are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from sheets_schema.campaign import Form, ValueType
from sheets_schema.grid import Grid
from sheets_schema.reading.headers import LONGEST_TITLE, plain
from sheets_schema.vietnamese import folding


class FieldText(NamedTuple):
    """A value of the block as typed, and its cell."""

    key: str
    text: str
    cell: str
    day: str = ""  # what a cell that holds a date means, however it shows it


class LabelReader:
    """Collects a tab's labelled values; the first place of a label counts."""

    def __init__(self, form: Form, grid: Grid) -> None:
        self._grid = grid
        self._labels = _labels_of(form)
        self._ticks = {field.key for field in form.fields if field.type is ValueType.TICK}
        self._ends = {
            (grid.index_of(merge.start_row + 1), merge.start_column): merge.end_column for merge in grid.merges
        }
        self.found: dict[str, FieldText] = {}
        self.used: set[tuple[int, int]] = set()  # cells that are a label or its value

    def read(self, indices: Iterable[int]) -> None:
        """Take the labelled values of these rows."""
        for index in indices:
            for column, cell in enumerate(self._grid.cells[index]):
                key = self._key_of(cell)
                if key is not None:
                    self._take(key, index, column)

    def read_within_table(self, index: int) -> bool:
        """Take the labelled values of a row below the header; return True if there were any.

        A tick's label alone ("Không phát sinh") may as well be what a unit typed as an activity, so it needs a value.
        """
        if len(self.found) == len(self._labels):
            return False
        before = len(self.found)
        for column, cell in enumerate(self._grid.cells[index]):
            key = self._key_of(cell)
            if key is not None and not (key in self._ticks and folding.is_blank(self._grid.text(index, column + 1))):
                self._take(key, index, column)
        return len(self.found) > before

    def _key_of(self, cell: str) -> str | None:
        return self._labels.get(plain(cell)) if cell and len(cell) <= LONGEST_TITLE else None

    def _take(self, key: str, index: int, column: int) -> None:
        if key in self.found:
            return
        right = self._ends.get((index, column), column + 1)
        self.found[key] = FieldText(
            key,
            self._grid.text(index, right),
            self._grid.address(index, right),
            self._grid.days.get((index, right), ""),
        )
        self.used |= {(index, column), (index, right)}


def labelled_in_line(form: Form, line: str) -> tuple[str, str] | None:
    """Return the key and value of a line that gives both, "Người ký: Nguyễn Văn A"; None for any other."""
    label, mark, value = line.partition(":")
    key = _labels_of(form).get(plain(label)) if mark and len(label) <= LONGEST_TITLE else None
    return None if key is None or folding.is_blank(value) else (key, value.strip())


@lru_cache(maxsize=64)
def _labels_of(form: Form) -> Mapping[str, str]:
    return {plain(field.label): field.key for field in form.fields}
