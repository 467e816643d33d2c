"""The words of a file that have no place on the tab, each with its line. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from service.domain.intake_rows import own_columns
from sheets_schema.campaign import Campaign, Column, Form, TableKind, ValueType
from sheets_schema.grid import Grid
from sheets_schema.layout import feedback_title
from sheets_schema.reading.fixed_rows import free_label, section_code
from sheets_schema.reading.headers import UNIT_KEY, plain, titles_of
from sheets_schema.reading.row_kinds import heads_sections, is_number, numbers_columns
from sheets_schema.reading.rows import Row, RowKind
from sheets_schema.reading.signature_block import is_signature_text
from sheets_schema.reading.ticks import is_ticked, is_unclear
from sheets_schema.rules.validation import Checked
from sheets_schema.vietnamese.folding import fold, is_blank, squash

BELOW = 0  # the line of what stands below the last table of a document
_NUMBERED = re.compile(r"\d{1,3}[.)]\s")
LEAST_OF_ROW = 3  # cells that say something; a signature has two side by side
LONGEST_OF_SIGNATURE = 60  # a name, a rank or an office below the signature; a longer text says something

Cells = list[tuple[int, str]]  # column and text


@dataclass(frozen=True, slots=True)
class LeftWords:
    """Texts of one line that are not taken; `are_lost` says that they may be the unit's own, and no heading."""

    sheet: str
    line: int
    texts: tuple[str, ...]
    are_lost: bool = True


def left_words(campaign: Campaign, form: Form, sheet: str, grid: Grid, checked: Checked) -> Iterator[LeftWords]:
    """Yield what is in the rows of a table of the form and goes nowhere, in order."""
    if checked.content.header_row is None:
        return
    if form.table is TableKind.FIXED:
        yield from _Leftovers(campaign, form, sheet, grid, checked).read()
    else:
        yield from _outside_columns(sheet, grid, checked)


def _outside_columns(sheet: str, grid: Grid, checked: Checked) -> Iterator[LeftWords]:
    """Yield what entries of an open table say in columns that are none of the form's, with the columns' titles."""
    places, feedback = checked.content.columns.values(), plain(feedback_title())
    titles = grid.cells[grid.index_of(checked.content.header_row or 1)]
    ours = {*places, *(column for column, title in enumerate(titles) if plain(title) == feedback)}
    for one in checked.rows:
        if not one.row.filled:
            continue
        cells = enumerate(grid.cells[grid.index_of(one.row.number)])
        outside = [(column, text) for column, text in cells if column not in ours and not is_blank(text)]
        texts = tuple(
            _titled(titles[column] if column < len(titles) else "", text)
            for column, text in outside
            # lines are numbered left of the table
            if not (column < min(places) and is_number(text.strip()))
        )
        if texts:
            yield LeftWords(sheet, one.row.number, texts)


def _titled(title: str, text: str) -> str:
    return f"{squash(title)}: {squash(text)}" if title.strip() else squash(text)


def left_of_unread(sheet: str, grid: Grid, *, is_of_document: bool) -> Iterator[LeftWords]:
    """Yield what could be a unit's own in a table without the form's titles, below one that has them.

    That is a row of several cells, and in a document any words that are no signature.
    """
    for index, cells in enumerate(grid.cells):
        texts = tuple(squash(text) for text in cells if not is_blank(text))
        if len(texts) >= LEAST_OF_ROW:
            yield LeftWords(sheet, grid.row_number(index), texts)
        elif is_of_document:
            yield from _unsigned(sheet, grid.row_number(index), texts)


def left_below(sheet: str, lines: Iterable[str]) -> Iterator[LeftWords]:
    """Yield the lines below the last table of a document that are no signature."""
    for line in lines:
        yield from _unsigned(sheet, BELOW, (squash(line),))


def _unsigned(sheet: str, line: int, texts: Iterable[str]) -> Iterator[LeftWords]:
    left = tuple(text for text in texts if text and not is_signature_text(text))
    if left:
        yield LeftWords(sheet, line, left, any(_may_be_an_entry(text) for text in left))


def _may_be_an_entry(text: str) -> bool:
    return len(text) > LONGEST_OF_SIGNATURE or _NUMBERED.match(text) is not None


class _Leftovers:
    def __init__(self, campaign: Campaign, form: Form, sheet: str, grid: Grid, checked: Checked) -> None:
        self.form = form
        self.sheet = sheet
        self.grid = grid
        self.checked = checked
        places = checked.content.columns
        self.own: dict[int, Column] = {
            places[column.key]: column for column in own_columns(form) if column.key in places
        }
        self.first_own = next(iter(own_columns(form)), None)
        self.given = set(places.values()) - set(self.own)
        self.plan = {section_code(one.code): (fold(one.title), fold(one.text)) for one in campaign.contents}
        self.known = {text for texts in self.plan.values() for text in texts} | {fold(form.signature)}
        self.labels = {plain(field.label) for field in form.fields}
        self.values = {field.cell for field in checked.content.fields.values()}
        self.titles = grid.cells[grid.index_of(checked.content.header_row or 1)]
        self.not_ours = self._columns_not_of_the_unit()
        self.last_keyed = max((one.row.number for one in checked.rows if one.row.key and one.row.filled), default=0)
        self.signed = False

    def _columns_not_of_the_unit(self) -> set[int]:
        """Return the columns of the file that say the unit's code, or what was found in its rows."""
        feedback, places = plain(feedback_title()), self.checked.content.columns
        found = {column for column, title in enumerate(self.titles) if plain(title) == feedback}
        return found | {column for key, column in places.items() if key == UNIT_KEY}

    def read(self) -> Iterator[LeftWords]:
        for one in self.checked.rows:
            row, cells = one.row, self._cells(one.row)
            signs = row.kind is RowKind.SIGNATURE and row.number > self.last_keyed
            self.signed = self.signed or signs
            if row.key:
                left, are_lost = self._of_keyed(row, cells)
            elif row.kind is RowKind.HEADER:
                left, are_lost = self._of_header(row, cells), True
            elif self.signed:
                left = [(column, text) for column, text in cells if not is_signature_text(text)]
                are_lost = any(len(text) > LONGEST_OF_SIGNATURE for _, text in left)
            else:
                left = [(column, text) for column, text in cells if fold(text) not in self.known]
                are_lost = not (row.kind is RowKind.SECTION and len(left) == 1 and heads_sections(left[0][1]))
            if left:
                yield LeftWords(self.sheet, row.number, tuple(squash(text) for _, text in left), are_lost)

    def _cells(self, row: Row) -> Cells:
        """Return the cells of a row that say something: no number of the line, no empty check box."""
        found = enumerate(self.grid.cells[self.grid.index_of(row.number)])
        return [(column, text) for column, text in found if not is_blank(text) and self._says(column, text)]

    def _says(self, column: int, text: str) -> bool:
        if column in self.not_ours:
            return False
        own = self.own.get(column)
        if own is None:
            is_left = column < min(self.own, default=0)  # where lines are numbered
            return not (is_left and (is_number(text.strip()) or section_code(text)))
        return own.type is not ValueType.TICK or is_ticked(text, own) or is_unclear(text, own)

    def _of_keyed(self, row: Row, cells: Cells) -> tuple[Cells, bool]:
        """Return what of a section's or a free row's line is not taken, and if the unit's words are among it."""
        if row.kind is RowKind.FREE:
            return [(column, text) for column, text in cells if not self._is_taken_of_free(row, column, text)], True
        left = [(column, text) for column, text in cells if not self._is_taken(column, text)]
        if row.key not in self.plan:
            is_heading = not row.filled and not any(letter.isdigit() for letter in row.key)
            return ([] if row.filled else left), not is_heading
        return [(column, text) for column, text in left if not self._is_of_plan(row.key, column, text)], True

    def _is_of_plan(self, section: str, column: int, text: str) -> bool:
        """Return True if a given column says the plan's words, or most words of it are among those."""
        if column not in self.given:
            return False
        folded, known = fold(text), self.plan[section]
        start = max((words for words in known if words and folded.startswith(words)), key=len, default="")
        said = plain(folded[len(start) :]).split()
        shared = set(said) & set(plain(" ".join(known)).split())
        return not said or (not start and 2 * len(shared) >= len(set(said)))

    def _is_taken(self, column: int, text: str) -> bool:
        own = self.own.get(column)
        return own is not None and not (own.type is ValueType.TICK and not is_ticked(text, own))

    def _is_taken_of_free(self, row: Row, column: int, text: str) -> bool:
        said = row.value(self.first_own.key) if self.first_own else ""
        if self.own.get(column) is self.first_own and self.first_own is not None:
            return True
        label = free_label(self.form, text)
        return label is not None and label.key == row.key and label.words in {"", said}

    def _of_header(self, row: Row, cells: Cells) -> Cells:
        """Return what stands in a line of titles or of labels with their values, and is none of them."""
        if numbers_columns([text for _, text in cells]):
            return []
        index = self.grid.index_of(row.number)
        titles = {plain(title) for title in self.titles} | titles_of(self.form).exact.keys()
        return [
            (column, text)
            for column, text in cells
            if self.grid.address(index, column) not in self.values
            and plain(text) not in self.labels
            and plain(text) not in titles
        ]
