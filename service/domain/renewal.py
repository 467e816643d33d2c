"""How a changed template is laid over a tab that people have worked on, every typed word kept. Pure.

The plan is a value: which rows and columns are put in, which cells go where. Where people moved parts of the tab
themselves, it still fits or there is no plan, and why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from service.domain.tab_shape import FREE, Cell, TabShape, mark, shape_of
from sheets_schema.campaign import TableKind, ValueType
from sheets_schema.grid import Grid, Merge, a1
from sheets_schema.layout import HeadingStyle, TabLayout, feedback_title
from sheets_schema.reading.fixed_rows import section_code
from sheets_schema.reading.rows import TabContent
from sheets_schema.vietnamese.folding import is_blank, squash
from sheets_schema.wording import Message, message


def fit(layout: TabLayout, content: TabContent, grid: Grid, row_count: int) -> TabLayout | None:
    """Return the layout with its table as long as it is on the tab; None where a part is no longer in its place.

    Rows put into an open table, or taken out of it, are followed by the signature line below.
    """
    if not (_fits_table(layout, content) and _fits_block(layout, content) and _fits_fixed_rows(layout, grid)):
        return None
    return _as_long(layout, grid, row_count)


def _as_long(layout: TabLayout, grid: Grid, row_count: int) -> TabLayout:
    if layout.form.table is TableKind.FIXED:
        return layout
    return layout.with_table_until(_signature_row(layout, grid, row_count))


def words_lost(layout: TabLayout, grid: Grid) -> tuple[str, ...]:
    """Return the cells of titles, labels and lines above them that are blank on a tab.

    None where a title or a label's place holds other words: then the tab was moved about, and its words are elsewhere.
    """
    lost: list[str] = []
    for (row, column), words in _titles_and_labels(layout):
        found = grid.text(row, column)
        if is_blank(found):
            lost.append(a1(row + 1, column))
        elif squash(found) != squash(words):
            return ()
    above = [heading for heading in layout.headings if heading.style is not HeadingStyle.PLACE_DATE and heading.text]
    places = [(heading.box.start_row, heading.box.start_column) for heading in above]
    return (*(a1(row + 1, column) for row, column in places if is_blank(grid.text(row, column))), *lost)


def _titles_and_labels(layout: TabLayout) -> Iterator[tuple[Cell, str]]:
    for place in layout.fields:
        yield (place.row, place.label_column), place.field.label
    for index, column in enumerate(layout.form.columns):
        yield (layout.header_row, index), column.title
    for fixed in layout.fixed_rows:
        yield (fixed.row, 0 if fixed.free is None else 1), fixed.code if fixed.free is None else fixed.text


def _fits_table(layout: TabLayout, content: TabContent) -> bool:
    if content.header_row != layout.header_row + 1:
        return False
    return all(content.columns.get(column.key, index) == index for index, column in enumerate(layout.form.columns))


def _fits_block(layout: TabLayout, content: TabContent) -> bool:
    cells = {place.field.key: a1(place.row + 1, place.value_column) for place in layout.fields}
    return all(found.cell == cells[key] for key, found in content.fields.items())


def _fits_fixed_rows(layout: TabLayout, grid: Grid) -> bool:
    return all(
        grid.text(fixed.row, 0) == fixed.code and (fixed.free is None or grid.text(fixed.row, 1) != "")
        for fixed in layout.fixed_rows
    )


def _signature_row(layout: TabLayout, grid: Grid, row_count: int) -> int:
    words, column = layout.form.signature, layout.signature.start_column
    rows = range(len(grid.cells) - 1, layout.header_row, -1) if words else range(0)
    by_size = layout.signature.start_row + row_count - layout.row_count
    return next((row for row in rows if grid.text(row, column) == words), max(by_size, layout.header_row + 1))


class Axis(StrEnum):
    """Rows or columns."""

    ROWS = "ROWS"
    COLUMNS = "COLUMNS"


@dataclass(frozen=True, slots=True)
class InsertLines:
    """Blank rows or columns are put in before `at`."""

    axis: Axis
    at: int
    count: int = 1


@dataclass(frozen=True, slots=True)
class AppendLines:
    """Blank rows or columns are added at the grid's edge."""

    axis: Axis
    count: int


@dataclass(frozen=True, slots=True)
class MoveLine:
    """A row or column goes before `to`, which is counted before it is taken away."""

    axis: Axis
    at: int
    to: int


@dataclass(frozen=True, slots=True)
class DeleteLines:
    """Rows or columns that hold nothing of the unit's any more are taken out."""

    axis: Axis
    at: int
    count: int = 1


@dataclass(frozen=True, slots=True)
class MoveCell:
    """A cell goes to another place with all it holds, whatever that is when it happens."""

    source: Cell
    target: Cell


Move = InsertLines | AppendLines | MoveLine | DeleteLines | MoveCell


@dataclass(frozen=True, slots=True)
class Renewal:
    """What lays a changed template over a tab: the moves in order, then the layout written over it."""

    layout: TabLayout  # as long as the tab's table will be
    moves: tuple[Move, ...] = ()
    unmerged: tuple[Merge, ...] = ()  # merges that are taken apart first
    new_ticks: tuple[Cell, ...] = ()  # boxes the tab did not have: unticked
    kept: tuple[str, ...] = ()  # keys of columns and fields that left the template, words kept beside the form
    kept_columns: tuple[int, ...] = ()  # where such columns are afterwards


@dataclass(frozen=True, slots=True)
class Unfit:
    """Why a changed template is not laid over a tab."""

    reason: Message


def grown(moves: Sequence[Move], axis: Axis) -> int:
    """Return how many rows or columns more a tab has after moves."""
    added = sum(move.count for move in moves if isinstance(move, (InsertLines, AppendLines)) and move.axis is axis)
    return added - sum(move.count for move in moves if isinstance(move, DeleteLines) and move.axis is axis)


MOVED = message("provisioning.moved_by_people")
MERGED = message("provisioning.merged_cells")


@dataclass(frozen=True, slots=True)
class TabState:
    """A tab as it is now."""

    content: TabContent
    grid: Grid
    columns: Mapping[int, str]  # zero-based column → key in its metadata, the feedback column's too
    row_count: int
    column_count: int
    shape: TabShape | None  # as it was made; None where that is not kept on the tab


def plan_renewal(layout: TabLayout, tab: TabState, feedback_key: str) -> Renewal | Unfit:
    """Plan how a tab becomes what a changed template declares, every typed word kept."""
    if tab.shape is None or _is_in_place(layout, tab, feedback_key) or _is_wiped(layout, tab):
        return _laid_over(layout, tab)
    return _Plan(layout, tab, tab.shape, feedback_key).make()


def _is_in_place(layout: TabLayout, tab: TabState, feedback_key: str) -> bool:
    named = set(tab.columns.values())
    complete = feedback_key in named and all(column.key in named for column in layout.form.columns)
    return tab.shape is not None and complete and shape_of(layout).places == tab.shape.places


def _is_wiped(layout: TabLayout, tab: TabState) -> bool:
    """Return True if words of the template are gone from a tab of its shape, and none of them stands elsewhere."""
    is_of_shape = tab.shape is not None and shape_of(layout).places == tab.shape.places
    return is_of_shape and bool(words_lost(layout, tab.grid))


def _laid_over(layout: TabLayout, tab: TabState) -> Renewal | Unfit:
    """Lay a template whose parts are where the tab's parts are."""
    fitted = fit(layout, tab.content, tab.grid, tab.row_count)
    if fitted is None and _is_wiped(layout, tab):
        fitted = _as_long(layout, tab.grid, tab.row_count)
    if fitted is None:
        return Unfit(MOVED)
    lacking = _lacking_rows(fitted, fitted.table.end_row - fitted.table.start_row)
    if not lacking:
        return Renewal(fitted)
    end = fitted.table.end_row
    return Renewal(fitted.with_table_until(end + lacking), (InsertLines(Axis.ROWS, end, lacking),))


def _lacking_rows(layout: TabLayout, length: int) -> int:
    """Return how many free rows an open table lacks; a longer one stays."""
    return max(0, layout.form.spare_rows - length) if layout.form.table is TableKind.OPEN else 0


def _is_empty(words: str) -> bool:
    """Return True if a cell holds nothing, as an unticked box does."""
    return is_blank(words) or words.strip().upper() == "FALSE"


class _UnfitError(Exception):
    """The plan cannot go on."""

    def __init__(self, reason: Message) -> None:
        self.reason = reason
        super().__init__(reason)


class _Plan:
    """One tab's renewal where something must move: columns, then rows of the table, then all above the header."""

    def __init__(self, layout: TabLayout, tab: TabState, shape: TabShape, feedback_key: str) -> None:
        self.layout, self.tab, self.shape = layout, tab, shape
        self.grid = tab.grid
        self.feedback_key = feedback_key
        self.target = [*(column.key for column in layout.form.columns), feedback_key]
        self.lines = [self._key_of(index) for index in range(tab.column_count)]
        # which column of the tab as it is now each column will be; None for one put in
        self.order: list[int | None] = list(range(tab.column_count))
        self.signature_row = self._signature_row()
        self.moves: list[Move] = []
        self.ticks: list[Cell] = []
        self.kept: list[str] = []
        self.kept_column_count = 0

    def make(self) -> Renewal | Unfit:
        """Return the plan, or why there is none."""
        try:
            width = self._width_as_made()
            emptied = self._columns(width)
            columns_moved = bool(self.moves)
            length = self._fixed_rows() if self.layout.form.table is TableKind.FIXED else self._open_rows()
            if columns_moved or shape_of(self.layout).upper != self.shape.upper:
                self._upper(width)
            self._signature()
        except _UnfitError as error:
            return Unfit(error.reason)
        doomed = sorted(map(self.order.index, emptied), reverse=True)
        self.moves += [DeleteLines(Axis.COLUMNS, index) for index in doomed]
        end = self.layout.header_row + 1 + length
        fitted = self.layout.with_table_until(end)
        beside = range(len(self.target), len(self.target) + self.kept_column_count)
        return Renewal(fitted, tuple(self.moves), self._unmerged(), tuple(self.ticks), tuple(self.kept), tuple(beside))

    def _key_of(self, index: int) -> str | None:
        """Return the key of a column: by its metadata, else by the title we once gave it."""
        named = self.tab.columns.get(index)
        if named is not None:
            return named
        title = self.grid.text(self.shape.header, index)
        known = dict((words, key) for key, words in self.shape.columns) | {mark(feedback_title()): self.feedback_key}
        key = known.get(mark(title)) if title else None
        return key if key not in self.tab.columns.values() else None

    def _width_as_made(self) -> int:
        """Return how many columns are the form's; raise where people have moved parts of the tab."""
        made = [key for key, _ in self.shape.columns] + [self.feedback_key]
        there = [key for key in made if key in self.lines]
        titles = [
            mark(self.grid.text(self.shape.header, self.lines.index(key))) == words
            for key, words in self.shape.columns
            if key in there
        ]
        labels = [mark(self.grid.text(field.row, field.column)) == field.label for field in self.shape.fields]
        if self.lines[: len(there)] != there or sum(titles) * 2 < len(made) - 1 or not all(labels):
            raise _UnfitError(MOVED)
        return len(there)

    def _columns(self, width: int) -> list[int]:
        """Move and put in columns; return those that left the template and are empty, leftmost first."""
        lines = list(self.lines)
        emptied: list[int] = []
        for key in [key for key in lines[:width] if key not in self.target]:
            index = lines.index(key)
            words = self.order[index]
            self._shift(lines, index, width)
            if words is not None and self._column_is_empty(words):
                emptied.append(words)
            else:
                self.kept.append(str(key))
        self.kept_column_count = len(self.kept)
        for index, key in enumerate(self.target):
            if key not in lines:
                at_edge = index == len(lines)
                self.moves.append(AppendLines(Axis.COLUMNS, 1) if at_edge else InsertLines(Axis.COLUMNS, index))
                lines.insert(index, key)
                self.order.insert(index, None)
            elif lines.index(key) != index:
                self._shift(lines, lines.index(key), index)
        if self.moves and any(self._lies_across(merge) for merge in self.grid.merges):
            raise _UnfitError(MERGED)
        return emptied

    def _shift(self, lines: list[str | None], index: int, to: int) -> None:
        self.moves.append(MoveLine(Axis.COLUMNS, index, to))
        place = to if to <= index else to - 1
        lines.insert(place, lines.pop(index))
        self.order.insert(place, self.order.pop(index))

    def _column_is_empty(self, column: int) -> bool:
        return all(_is_empty(self.grid.text(row, column)) for row in range(self.shape.header + 1, len(self.grid.cells)))

    def _lies_across(self, merge: Merge) -> bool:
        in_table = self.shape.header < merge.start_row < self.signature_row
        return in_table and merge.end_column - merge.start_column > 1

    def _open_rows(self) -> int:
        length = self.signature_row - self.shape.header - 1
        lacking = _lacking_rows(self.layout, length)
        if lacking:
            self.moves.append(InsertLines(Axis.ROWS, self.signature_row, lacking))
        return length + lacking

    def _fixed_rows(self) -> int:
        """Put in, take out and order the rows of a report; a row that is to go holds no text, else there is no plan."""
        first = self.shape.header + 1
        lines = list(self.shape.fixed)
        if first + len(lines) != self.signature_row or not self._codes_stand(first):
            raise _UnfitError(MOVED)
        target = shape_of(self.layout).fixed
        before = len(self.moves)
        for line in [line for line in lines if line not in target]:
            if not self._row_is_empty(first + self.shape.fixed.index(line)):
                raise _UnfitError(message("provisioning.row_in_use", row=line.removeprefix(FREE)))
            self.moves.append(DeleteLines(Axis.ROWS, first + lines.index(line)))
            lines.remove(line)
        for index, line in enumerate(target):
            if line not in lines:
                self.moves.append(InsertLines(Axis.ROWS, first + index))
                lines.insert(index, line)
            elif lines.index(line) != index:
                self.moves.append(MoveLine(Axis.ROWS, first + lines.index(line), first + index))
                lines.insert(index, lines.pop(lines.index(line)))
        if len(self.moves) > before and any(self._stands_over(merge) for merge in self.grid.merges):
            raise _UnfitError(MERGED)
        self._new_ticks_of_rows()
        return len(target)

    def _codes_stand(self, first: int) -> bool:
        return all(
            line.startswith(FREE) or section_code(self.grid.text(first + index, 0)) == section_code(line)
            for index, line in enumerate(self.shape.fixed)
        )

    def _row_is_empty(self, row: int) -> bool:
        return all(_is_empty(self.grid.text(row, column)) for column in range(2, len(self.shape.columns)))

    def _stands_over(self, merge: Merge) -> bool:
        in_table = self.shape.header < merge.start_row < self.signature_row
        return in_table and merge.end_row - merge.start_row > 1

    def _new_ticks_of_rows(self) -> None:
        known = {key for key, _ in self.shape.columns}
        for index, column in self.layout.columns_of(ValueType.TICK):
            self.ticks += [
                (fixed.row, index)
                for fixed in self.layout.fixed_rows
                if fixed.free is None and (column.key not in known or fixed.code not in self.shape.fixed)
            ]

    def _upper(self, width: int) -> None:
        """Make all above the header again: fresh rows at the top, each value moved to its place, the old rows out."""
        fresh, old = self.layout.header_row, self.shape.header
        self._refuse_strays(width)
        places = {place.field.key: (place.row, place.value_column) for place in self.layout.fields}
        cells: list[tuple[Cell, Cell]] = []
        beside: list[Cell] = []
        for field in self.shape.fields:
            value = (field.row, field.column + 1)
            if field.key in places:
                cells.append((value, places[field.key]))
            elif not _is_empty(self.grid.text(*value)):
                beside += [(field.row, field.column), value]
                self.kept.append(field.key)
        date_line = shape_of(self.layout).date_line
        if self.shape.date_line and date_line:
            cells.append((self.shape.date_line, date_line))
        if self.feedback_key in self.lines:
            cells.append(((0, self.lines.index(self.feedback_key)), (0, self.layout.feedback_column)))
        cells += self._beside_already(width, fresh)
        self.moves.append(InsertLines(Axis.ROWS, 0, fresh))
        cells += self._beside(beside)
        self.moves += [MoveCell((row + fresh, self.order.index(column)), target) for (row, column), target in cells]
        self.moves.append(DeleteLines(Axis.ROWS, fresh, old))
        known = {field.key for field in self.shape.fields}
        self.ticks += [
            (place.row, place.value_column)
            for place in self.layout.fields
            if place.field.type is ValueType.TICK and place.field.key not in known
        ]

    def _beside(self, cells: Sequence[Cell]) -> list[tuple[Cell, Cell]]:
        """Give labels and values that left the template two new columns at the edge."""
        if not cells:
            return []
        edge = len(self.order)
        self.moves.append(AppendLines(Axis.COLUMNS, 2))
        self.order += [None, None]
        return [(cell, (index // 2, edge + index % 2)) for index, cell in enumerate(cells)]

    def _beside_already(self, width: int, fresh: int) -> list[tuple[Cell, Cell]]:
        """Return what an earlier template left beside the form: it stays in its row and column."""
        kept = [
            (row, column)
            for row in range(self.shape.header)
            for column in range(width, self.tab.column_count)
            if not is_blank(self.grid.text(row, column))
        ]
        if any(row >= fresh for row, _ in kept):
            raise _UnfitError(message("provisioning.no_room_for_notes"))
        return [((row, column), (row, self.order.index(column))) for row, column in kept]

    def _refuse_strays(self, width: int) -> None:
        """Raise where there is text above the table beside what is ours and the unit's."""
        shape = self.shape
        known = {*shape.wording, *([shape.date_line] if shape.date_line else [])}
        known |= {(field.row, field.column + right) for field in shape.fields for right in (0, 1)}
        if self.feedback_key in self.lines:
            known.add((0, self.lines.index(self.feedback_key)))
        for row in range(shape.header):
            for column in range(width):
                if (row, column) not in known and not is_blank(self.grid.text(row, column)):
                    raise _UnfitError(message("provisioning.note_outside", cell=a1(row + 1, column)))

    def _signature_row(self) -> int:
        column, words = self.shape.signature
        rows = range(len(self.grid.cells) - 1, self.shape.header, -1) if words != mark("") else range(0)
        found = (row for row in rows if mark(self.grid.text(row, column)) == words)
        return next(found, max(self.tab.row_count - 1, self.shape.header + 1))

    def _signature(self) -> None:
        """Bring the signature line's words to where the new template has them."""
        row = self.layout.header_row + 1 + self._length()
        here, there = self.order.index(self.shape.signature[0]), self.layout.signature.start_column
        if here != there:
            self.moves.append(MoveCell((row, here), (row, there)))

    def _length(self) -> int:
        if self.layout.form.table is TableKind.FIXED:
            return len(self.layout.fixed_rows)
        length = self.signature_row - self.shape.header - 1
        return length + _lacking_rows(self.layout, length)

    def _unmerged(self) -> tuple[Merge, ...]:
        return tuple(
            merge
            for merge in self.grid.merges
            if merge.start_row < self.shape.header or merge.start_row == self.signature_row
        )
