"""A tab as a page: rows and cells with their place in the Mẫu, ready for the template. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from service.domain.signers import signer_lines
from service.sheets.tab_content import FEEDBACK_FILLS
from service.web.editor.tab_view import EditorTab
from sheets_schema.campaign import FieldRole, Form, Unit
from sheets_schema.grid import Grid, Merge, a1, column_letters
from sheets_schema.layout import LABEL_COLUMNS, is_place_date
from sheets_schema.reading.rows import TabContent, read_tab
from sheets_schema.reading.ticks import is_ticked, is_unclear
from sheets_schema.vietnamese.folding import is_blank

_LINK = re.compile(r"https?://[^\s/]\S*", re.IGNORECASE)
ROWS_ALWAYS_PRINTED = 3  # the Mẫu shows as many
# class names by an answer's first word, which colours it in the spreadsheet too
_GRADES = dict(zip((word for word, _ in FEEDBACK_FILLS), ("says-error", "says-warning", "says-ok"), strict=True))


@dataclass(frozen=True, slots=True)
class EditorCell:
    """One cell, or several merged."""

    row: int
    column: int
    name: str  # A1
    text: str
    row_span: int
    column_span: int
    style: str  # class names
    is_input: bool
    may_tick: bool  # an input cell that is ticked
    is_tick: bool  # shown as a box: a tick that says neither yes nor no is shown as typed
    ticked: bool
    hint: int | None  # index into the page's hints
    choices: int | None  # index into the page's lists of suggestions
    label: str  # what the value is: the column's title, or the label left of it
    is_answer: bool  # what we say beside a row of the table
    signer: tuple[str, ...] | None  # who signs, printed below this cell; None: elsewhere

    @property
    def is_link(self) -> bool:
        """Return True if it holds one address of the web and nothing else; of any other kind none is opened."""
        return _LINK.fullmatch(self.text) is not None


@dataclass(frozen=True, slots=True)
class EditorRow:
    """One row; `part` is its place: head, beside, titles, entry, foot."""

    number: int
    part: str
    place: int  # which row of the table it is, from 1; 0 outside the table
    spare: bool  # blank at the end of the table: not printed
    cells: tuple[EditorCell, ...]


@dataclass(frozen=True, slots=True)
class EditorPage:
    """One tab."""

    widths: tuple[tuple[str, int, bool], ...]  # letter, pixels, whether it is the feedback column
    rows: tuple[EditorRow, ...]
    hints: tuple[str, ...]
    choices: tuple[tuple[str, ...], ...]
    header_row: int  # zero-based, -1 when it is gone
    confirm: str  # A1 of "Xác nhận gửi", blank when it is gone
    signer: str  # A1 of who signs, blank when it is gone or the form asks for none


class PageMaker:
    """Makes the page of one tab."""

    def __init__(self, tab: EditorTab, form: Form, unit: Unit) -> None:
        self._tab = tab
        self._form = form
        self._content = content_of(tab, form)
        self._header = (self._content.header_row or 0) - 1
        self._head_end = _head_end(tab, form, unit, self._header)
        self._foot = self._first_foot_row()
        self._signature = self._signature_place()
        self._spans, self._covered = _spans(tab, self._header)
        self._last_filled = max((row for row in range(self._foot) if self._says_something(row)), default=-1)
        self._hints: dict[str, int] = {}
        self._choices: dict[tuple[str, ...], int] = {}

    def make(self) -> EditorPage:
        """Return the page."""
        tab = self._tab
        rows = tuple(self._row(row) for row in range(tab.row_count) if row not in tab.hidden_rows)
        return EditorPage(
            widths=tuple(self._widths()),
            rows=rows,
            hints=tuple(self._hints),
            choices=tuple(self._choices),
            header_row=self._header,
            confirm=self._cell_of(FieldRole.CONFIRM),
            signer=self._cell_of(FieldRole.SIGNER),
        )

    def _cell_of(self, role: FieldRole) -> str:
        field = self._form.field(role)
        found = self._content.fields.get(field.key) if field else None
        return found.cell if found else ""

    def _signature_place(self) -> tuple[int, int] | None:
        """Return where the form is signed: at its own line below the table."""
        if self._form.field(FieldRole.SIGNER) is None:
            return None
        signed = self._form.signature
        lines = enumerate(self._tab.cells[self._foot :], start=self._foot)
        return next(((row, line.index(signed)) for row, line in lines if signed and signed in line), None)

    def _signer(self, row: int, column: int) -> tuple[str, ...] | None:
        field = self._form.field(FieldRole.SIGNER)
        if (row, column) != self._signature or field is None:
            return None
        found = self._content.fields.get(field.key)
        return tuple(signer_lines(found.text)) if found else ()

    def _widths(self) -> Iterator[tuple[str, int, bool]]:
        tab = self._tab
        for column in self._columns():
            width = tab.widths[column] if column < len(tab.widths) else 100
            yield column_letters(column), width, column == tab.feedback_column

    def _columns(self) -> list[int]:
        return [column for column in range(self._tab.column_count) if column not in self._tab.hidden_columns]

    def _row(self, row: int) -> EditorRow:
        part = self._part(row)
        place = sum(1 for one in range(self._header + 1, row + 1) if one not in self._tab.hidden_rows)
        spare = part == "entry" and row > max(self._last_filled, self._header + ROWS_ALWAYS_PRINTED)
        cells = tuple(self._cell(row, column, part) for column in self._columns() if (row, column) not in self._covered)
        return EditorRow(row + 1, part, place if part == "entry" else 0, spare, cells)

    def _part(self, row: int) -> str:
        if row == self._header:
            return "titles"
        if row < self._header:
            return "head" if row < self._head_end else "beside"
        return "foot" if row >= self._foot else "entry"

    def _first_foot_row(self) -> int:
        """Return the row after the last one the unit may fill below the header."""
        boxes = [box.end_row for box in self._tab.inputs if box.start_row > self._header >= 0]
        if boxes:
            return max(boxes)
        # who only looks has no input cells: the signature ends the table
        signed = self._form.signature
        rows = range(self._tab.row_count - 1, self._header, -1)
        return next(
            (row for row in rows if signed and signed in self._tab.cells[row : row + 1][0]), self._tab.row_count
        )

    def _says_something(self, row: int) -> bool:
        """Return True if a cell of the row shows a text or a set tick; our own column does not count."""
        tab = self._tab
        columns = (column for column in range(tab.column_count) if column != tab.feedback_column)
        shown = ((tab.text(row, column), tab.look(row, column).tick) for column in columns)
        return any(is_ticked(text) if tick and not is_unclear(text) else text.strip() for text, tick in shown)

    def _cell(self, row: int, column: int, part: str) -> EditorCell:
        tab, look = self._tab, self._tab.look(row, column)
        text, is_input = tab.text(row, column), tab.is_input(row, column)
        below, right = self._spans.get((row, column), (1, 1))
        is_ours = column == tab.feedback_column
        names = (
            "feedback" if is_ours else "open" if is_input else "",
            grade_of(text) if is_ours and part == "entry" else "",
            "bold" if look.bold else "",
            "italic" if look.italic else "",
            look.align if look.align in {"center", "right"} else "",
            "second" if part == "beside" and column >= LABEL_COLUMNS[1] and not is_ours else "",
        )
        return EditorCell(
            row=row,
            column=column,
            name=a1(row + 1, column),
            text=text,
            row_span=below,
            column_span=right,
            style=" ".join(name for name in names if name),
            is_input=is_input,
            may_tick=look.tick and is_input,
            is_tick=look.tick and not is_unclear(text),
            ticked=look.tick and is_ticked(text),
            hint=self._hints.setdefault(look.hint, len(self._hints)) if look.hint and is_input else None,
            choices=self._choices.setdefault(look.choices, len(self._choices)) if look.choices and is_input else None,
            label=self._label(row, column, part),
            is_answer=is_ours and part == "entry",
            signer=self._signer(row, column),
        )

    def _label(self, row: int, column: int, part: str) -> str:
        if part == "entry":
            given = self._tab.text(row, 0) if column and not self._tab.is_input(row, 0) else ""
            return " ".join(text for text in (given, self._tab.text(self._header, column)) if text)
        if part == "beside" and column and column != self._tab.feedback_column:
            return self._tab.text(row, column - 1)
        return ""


def grade_of(answer: str) -> str:
    """Return the class name of an answer beside a row, blank when the answer has no colour."""
    return next((name for word, name in _GRADES.items() if answer.startswith(word)), "")


def content_of(tab: EditorTab, form: Form) -> TabContent:
    """Read what the tab holds, without our own feedback."""
    ours = tab.feedback_column
    lines = tuple(tuple("" if column == ours else text for column, text in enumerate(line)) for line in tab.cells)
    keys = {column.key for column in form.columns}
    columns = {index: key for index, key in tab.columns.items() if key in keys}
    return read_tab(form, Grid(lines, tab.merges), columns)


def _head_end(tab: EditorTab, form: Form, unit: Unit, header: int) -> int:
    """Return the row after the Mẫu's own lines above the table."""
    lines = {*form.heading, unit.name.upper()}
    own = [
        row
        for row in range(max(header, 0))
        if any(text in lines or is_place_date(text) for text in tab.cells[row : row + 1][0] if not is_blank(text))
    ]
    return max(own, default=-1) + 1


def _spans(tab: EditorTab, header: int) -> tuple[dict[tuple[int, int], tuple[int, int]], set[tuple[int, int]]]:
    """Return how far each merge reaches over what is shown, and the cells it covers; none reaches into the table."""
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    covered: set[tuple[int, int]] = set()
    for merge in tab.merges:
        cells = _cells(tab, merge, header if merge.start_row < header else tab.row_count)
        if cells and cells[0] == (merge.start_row, merge.start_column):
            spans[cells[0]] = (len({row for row, _ in cells}), len({column for _, column in cells}))
            covered |= set(cells[1:])
    return spans, covered


def _cells(tab: EditorTab, merge: Merge, end: int) -> list[tuple[int, int]]:
    return [
        (row, column)
        for row in range(merge.start_row, min(merge.end_row, tab.row_count, end))
        if row not in tab.hidden_rows
        for column in range(merge.start_column, min(merge.end_column, tab.column_count))
        if column not in tab.hidden_columns
    ]
