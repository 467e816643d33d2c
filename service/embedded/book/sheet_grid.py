"""The cells of one sheet: rows are loaded when asked for, changed in memory, written back together.

A value is None, text, number, boolean, {"f": formula}; a style is an id; extras hold notes and text runs.
"""

import sqlite3
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from service.embedded import json_text
from service.embedded.api_errors import Json, JsonValue
from service.embedded.book.formula_traits import may_refer, may_spread
from service.embedded.book.request_work import Spend
from service.embedded.book.stored_lines import ENDLESS, StoredLines
from service.embedded.book.styles import PLAIN

Value = JsonValue
CHARACTERS_OF_STEP = 30  # that are written
_PARSED_TOGETHER = 500  # rows
_CHUNK = 64  # rows that are read together
_ROWS_OF_STEP = 3  # in memory, to have another number
Columns = dict[int, Json]


class GridRow:
    """One row's cells; lists may be shorter than the sheet is wide."""

    __slots__ = ("extras", "styles", "values")

    def __init__(self, values: list[Value] | None = None, styles: list[int] | None = None) -> None:
        self.values: list[Value] = [] if values is None else values
        self.styles: list[int] = [] if styles is None else styles
        self.extras: Columns = {}

    def copy(self) -> "GridRow":
        """Return a row that can be changed apart from this one."""
        twin = GridRow(list(self.values), list(self.styles))
        twin.extras = {column: dict(extra) for column, extra in self.extras.items()}
        return twin

    def insert(self, at: int, count: int) -> None:
        """Make room for columns."""
        if at < len(self.values):
            self.values[at:at] = [None] * count
        if at < len(self.styles):
            self.styles[at:at] = [PLAIN] * count
        self.extras = {column + count if column >= at else column: extra for column, extra in self.extras.items()}

    def delete(self, start: int, end: int) -> None:
        """Take columns away."""
        del self.values[start:end]
        del self.styles[start:end]
        kept = {column: extra for column, extra in self.extras.items() if not start <= column < end}
        self.extras = {column - (end - start) if column >= end else column: extra for column, extra in kept.items()}


def dump(row: GridRow) -> tuple[str | None, str | None, str | None] | None:
    """Return a row as the store keeps it, or None when it holds nothing."""
    values, styles = row.values, row.styles
    while values and values[-1] is None:
        values.pop()
    while styles and styles[-1] == PLAIN:
        styles.pop()
    extras = {column: extra for column, extra in row.extras.items() if extra}
    if not values and not styles and not extras:
        return None
    return (
        json_text.dumped(values) if values else None,
        json_text.dumped(styles) if styles else None,
        json_text.dumped({str(column): extra for column, extra in extras.items()}) if extras else None,
    )


def parsed(texts: Iterable[str | None]) -> list[Any]:
    """Return what texts of JSON say, None where there is none: parsed together, since a call costs more than a text."""
    found: list[Any] = json_text.loaded(f"[{','.join([text or 'null' for text in texts])}]")
    return found


def _row(values: list[Value] | None, styles: list[int] | None, extras: Json | None) -> GridRow:
    """Return a row from what the store keeps."""
    row = GridRow(values, styles)
    if extras:
        row.extras = {int(column): extra for column, extra in extras.items()}
    return row


class CellGrid:
    """The cells of one sheet within one transaction."""

    def __init__(self, connection: sqlite3.Connection, book: int, sheet_id: int) -> None:
        self._lines = StoredLines(connection, book, sheet_id)
        self._rows: dict[int, GridRow] = {}
        self._order: list[int] | None = None  # the numbers of the rows in memory, sorted
        self._chunks: set[int] = set()  # spans of rows that are in memory
        self._whole = False
        self._stored_formulas: set[int] | None = None
        self._dirty: set[int] = set()
        self._unbound: set[str] = set()  # formulas that were written, fill no other cells and refer to none
        self.spreads = False  # True once a formula is written that may fill other cells
        self.refers = False  # True once a formula is written that may refer to cells
        self._replaced = False
        self.characters_read = 0  # of the store, by `filled_lines`

    def load(self, top: int, bottom: int) -> None:
        """Read the rows of a span that are not in memory yet; every row is read at most once."""
        if bottom >= ENDLESS:
            self.load_all()
        if self._whole:
            return
        missing = [chunk for chunk in range(top // _CHUNK, -(-bottom // _CHUNK)) if chunk not in self._chunks]
        if missing:
            self._chunks.update(missing)
            self._read(missing[0] * _CHUNK, (missing[-1] + 1) * _CHUNK)

    def load_all(self) -> None:
        """Read every row."""
        if not self._whole:
            self._whole = True
            self._read(0, ENDLESS)

    def _read(self, top: int, bottom: int) -> None:
        for found in self._lines.read("vals, styles, extras", top, bottom):
            while lines := found.fetchmany(_PARSED_TOGETHER):
                numbers, *texts = zip(*lines, strict=True)
                for number, *kept in zip(numbers, *map(parsed, texts), strict=True):
                    if number not in self._rows:
                        self._rows[number] = _row(*kept)
        self._order = None

    def filled_lines(self, top: int = 0, bottom: int = ENDLESS) -> dict[int, list[Value]]:
        """Return the values of a span's rows that hold any, in order, to read; nothing else of them is loaded."""
        if self._whole:
            kept = ((number, self._rows[number]) for number in self.numbers_between(top, bottom))
            return {number: row.values for number, row in kept if row.values}
        lines: dict[int, list[Value]] = {}
        for found in self._lines.read("vals", top, bottom, "vals IS NOT NULL"):
            while some := found.fetchmany(_PARSED_TOGETHER):
                numbers, texts = zip(*some, strict=True)
                self.characters_read += sum(map(len, texts))
                lines.update(zip(numbers, parsed(texts), strict=True))
        if not self._rows:
            return lines
        lines |= {number: row.values for number, row in self._rows.items() if top <= number < bottom}
        return {number: lines[number] for number in sorted(lines) if lines[number]}

    def row(self, number: int) -> GridRow | None:
        """Return a row to read, or None when it is empty."""
        found = self._rows.get(number)
        if found is None and not self._whole and number // _CHUNK not in self._chunks:
            self.load(number, number + 1)
            found = self._rows.get(number)
        return found

    def edit(self, number: int) -> GridRow:
        """Return a row to change."""
        row = self.row(number)
        if row is None:
            row = self._rows[number] = GridRow()
            self._order = None
        self._dirty.add(number)
        return row

    def value(self, number: int, column: int) -> Value:
        """Return a cell's value."""
        row = self.row(number)
        return row.values[column] if row is not None and column < len(row.values) else None

    def style(self, number: int, column: int) -> int:
        """Return a cell's style."""
        row = self.row(number)
        return row.styles[column] if row is not None and column < len(row.styles) else PLAIN

    def beside(self, number: int, column: int) -> Json:
        """Return a cell's note and the like."""
        row = self.row(number)
        return row.extras.get(column, {}) if row is not None else {}

    def set_value(self, number: int, column: int, value: Value) -> None:
        """Put a value into a cell."""
        if value is None and self.value(number, column) is None:
            return
        values = self.edit(number).values
        if column >= len(values):
            values.extend([None] * (column + 1 - len(values)))
        values[column] = value
        if type(value) is dict:
            self._note_formula(value)

    def set_values(self, number: int, start: int, values: list[Value]) -> None:
        """Put values into the cells of a row from a column on."""
        row = self.row(number)
        width = len(row.values) if row is not None else 0
        while values and values[-1] is None and start + len(values) > width:
            values.pop()
        if not values or (width <= start + len(values) and values == (row or GridRow()).values[start:]):
            return
        kept = self.edit(number).values
        kept.extend([None] * (start - width))
        kept[start : start + len(values)] = values
        if dict in map(type, values):
            for value in values:
                if type(value) is dict:
                    self._note_formula(value)

    def _note_formula(self, formula: Json) -> None:
        text = str(formula.get("f", ""))
        if text in self._unbound:
            return
        spreads, refers = may_spread(text), may_refer(text)
        self.spreads, self.refers = self.spreads or spreads, self.refers or refers
        if not (spreads or refers):
            self._unbound.add(text)

    def set_style(self, number: int, column: int, style: int) -> None:
        """Give a cell a style."""
        if style == PLAIN and self.style(number, column) == PLAIN:
            return
        styles = self.edit(number).styles
        if column >= len(styles):
            styles.extend([PLAIN] * (column + 1 - len(styles)))
        styles[column] = style

    def restyle(self, rows: range, columns: range, style_of: Callable[[int], int]) -> None:
        """Give the cells of an area the styles that their own ones become."""
        known = {PLAIN: style_of(PLAIN)}
        before: list[int] = []
        after: list[int] = []  # what those become: one row is mostly like the next
        self.load(rows.start, rows.stop)
        for number in rows:
            if known[PLAIN] == PLAIN and self.row(number) is None:
                continue
            styles = self.edit(number).styles
            styles.extend([PLAIN] * (columns.stop - len(styles)))
            old = styles[columns.start : columns.stop]
            if old != before:
                known |= {style: style_of(style) for style in set(old) - known.keys()}
                before, after = old, [known[style] for style in old]
            styles[columns.start : columns.stop] = after

    def set_extra(self, number: int, column: int, extra: Json) -> None:
        """Give a cell a note and the like; an empty one takes them away."""
        if extra:
            self.edit(number).extras[column] = extra
        elif self.beside(number, column):
            self.edit(number).extras.pop(column, None)

    def numbers(self) -> list[int]:
        """Return the numbers of the rows that hold something, in order."""
        self.load_all()
        return list(self._sorted())

    def numbers_between(self, top: int, bottom: int) -> list[int]:
        """Return the numbers of a span's rows that hold something, in order."""
        self.load(top, bottom)
        order = self._sorted()
        return order[bisect_left(order, top) : bisect_left(order, bottom)]

    def _sorted(self) -> list[int]:
        if self._order is None:
            self._order = sorted(self._rows)
        return self._order

    def formula_rows(self) -> list[int]:
        """Return the numbers of the rows that hold a formula, in order."""
        numbers = {number for number, row in self._rows.items() if dict in map(type, row.values)}
        if not self._replaced:
            numbers |= self._stored_formula_rows() - self._rows.keys()
        return sorted(numbers)

    def _stored_formula_rows(self) -> set[int]:
        if self._stored_formulas is None:
            found = self._lines.read("NULL", where="instr(vals, '{\"f\":')")
            self._stored_formulas = {number for rows in found for number, _ in rows}
        return self._stored_formulas

    @property
    def whole_size(self) -> int:
        """Return how many rows and cells there are."""
        self.load_all()
        return self.size

    @property
    def size(self) -> int:
        """Return how many rows and cells are in memory."""
        return sum(1 + len(row.values) for row in self._rows.values())

    def rows(self) -> Iterator[tuple[int, GridRow]]:
        """Return the rows that hold something, in order."""
        for number in self.numbers():
            yield number, self._rows[number]

    def replace_rows(self, rows: dict[int, GridRow]) -> None:
        """Put a new set of rows in place of all there are."""
        self._rows, self._order = rows, None
        self._replaced = self._whole = True

    def edit_all(self) -> list[GridRow]:
        """Return every row to change."""
        self.load_all()
        self._dirty.update(self._rows)
        return list(self._rows.values())

    def insert_rows(self, at: int, count: int, spend: Spend) -> None:
        """Put empty rows in before one; none is read for it."""
        self._lines.insert(at, count, spend)
        self._renumber(lambda number: number if number < at else number + count, spend)

    def delete_rows(self, start: int, end: int, spend: Spend) -> None:
        """Take rows out; those below move up."""
        self._lines.delete(start, end, spend)
        gone = range(start, end)
        self._renumber(
            lambda number: None if number in gone else number if number < start else number - len(gone), spend
        )

    def exchange_rows(self, first: range, second: range, spend: Spend) -> None:
        """Let rows and those right below them change places."""
        self._lines.exchange(first, second, spend)

        def place(number: int) -> int:
            return number + (len(second) if number in first else -len(first) if number in second else 0)

        self._renumber(place, spend)

    def _renumber(self, place: Callable[[int], int | None], spend: Spend) -> None:
        """Give what is in memory other numbers, None for what is taken out."""
        spend(len(self._rows) // _ROWS_OF_STEP)
        rows = ((place(number), row) for number, row in self._rows.items())
        self._rows = {number: row for number, row in rows if number is not None}
        self._order, self._chunks = None, set()
        self._dirty = {number for number in map(place, self._dirty) if number is not None}
        if self._stored_formulas is not None:
            self._stored_formulas = {number for number in map(place, self._stored_formulas) if number is not None}

    def _dumped(self, numbers: list[int], gone: list[int], spend: Spend) -> Iterator[tuple[object, ...]]:
        """Return rows as the store keeps them, one at a time; what holds nothing any more is noted as gone."""
        for number in numbers:
            dumped = dump(self._rows[number])
            if dumped is None:
                gone.append(number)
                continue
            spend(sum(map(len, filter(None, dumped))) // CHARACTERS_OF_STEP)
            yield number, *dumped

    @property
    def is_changed(self) -> bool:
        """Return True if there is something to write."""
        return self._replaced or bool(self._dirty) or self._lines.has_moved

    def flush(self, spend: Spend) -> None:
        """Write what has changed; the characters written are work."""
        numbers = set(self._rows) if self._replaced else self._dirty
        if self._replaced:
            self._lines.clear()
        else:
            self._lines.settle(spend)
        gone: list[int] = []
        self._lines.write(self._dumped(sorted(numbers), gone, spend))
        self._lines.remove(gone)
        self._dirty = set()
        self._replaced = False
        self._stored_formulas = None
