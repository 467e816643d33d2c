"""The rows and values of a file as they go onto a tab: word for word, with the line each comes from. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from service.domain.intakes import words_digest
from sheets_schema.campaign import Campaign, Column, FieldRole, Form, TableKind, ValueType
from sheets_schema.layout import GIVEN_ROLES
from sheets_schema.reading.rows import FieldText, Row, RowKind
from sheets_schema.reading.ticks import is_ticked
from sheets_schema.rules.time_rules import TimeRules
from sheets_schema.rules.validation import Checked, CheckedRow
from sheets_schema.vietnamese.folding import is_blank

# what is the file's own and not the tab's: titles said again, the signature, the template's examples
LEFT_OUT = frozenset({RowKind.BLANK, RowKind.HEADER, RowKind.SIGNATURE, RowKind.PLACEHOLDER})
TICKED = "x"


def own_columns(form: Form) -> tuple[Column, ...]:
    """Return the columns that a unit fills."""
    return tuple(column for column in form.columns if column.role not in GIVEN_ROLES)


def row_label(form: Form, key: str) -> str:
    """Return what people call a fixed row: its section's code, or a free row's title."""
    return next((free.title for free in form.free_rows if free.key == key), key)


def typed_texts(form: Form, texts: object) -> dict[str, str]:
    """Return what a unit typed in a row: its own columns, blank ones left out, a set tick as the board writes one."""
    given = texts if isinstance(texts, Mapping) else {}
    found = {column.key: str(given.get(column.key, "")) for column in own_columns(form)}
    for column in own_columns(form):
        if column.type is ValueType.TICK:
            found[column.key] = TICKED if is_ticked(found[column.key], column) else ""
    return {key: text for key, text in found.items() if text}


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row of a file that goes onto the tab; `key` says which fixed row of the form it answers."""

    sheet: str
    line: int
    key: str
    texts: Mapping[str, str]  # by column, blank ones left out
    accepted: bool

    @property
    def words(self) -> str:
        """Return the digest of its words."""
        return words_digest(self.texts)


class FileRows:
    """Turns checked rows of one form into rows for a tab."""

    def __init__(self, campaign: Campaign, form: Form) -> None:
        self._form = form
        self._times = TimeRules(campaign)

    def rows_of(self, checked: Checked, sheet: str) -> Iterator[FileRow]:
        """Yield the rows that the unit filled, in order."""
        for row in checked.rows:
            if row.row.kind in LEFT_OUT or not row.row.filled:
                continue
            if self._form.table is TableKind.FIXED and not row.row.key:
                continue
            found = self._row(row, sheet)
            if found.texts or self._form.table is TableKind.OPEN:
                yield found

    def _row(self, checked: CheckedRow, sheet: str) -> FileRow:
        row = checked.row
        columns = own_columns(self._form)
        if row.kind is RowKind.FREE:  # its line on a tab has one cell for the unit
            columns = columns[:1]
        texts = {column.key: self._text(row, column.key) for column in columns}
        return FileRow(sheet, row.number, row.key, typed_texts(self._form, texts), checked.accepted)

    def _text(self, row: Row, key: str) -> str:
        """Return a cell's words; what a merged cell above says, and a date that its words would not give."""
        text = row.text(key)
        if is_blank(text):
            text = row.value(key) or text
        return self.dated(text, row.days.get(key, ""))

    def dated(self, text: str, day: str) -> str:
        """Return a date as its day where what the file shows would be read as another, such as 10/5/2023."""
        if not day:
            return text
        shown, meant = self._times.read(text), self._times.read(day)
        if meant.period is None or (shown.fault is None and shown.period == meant.period):
            return text
        return day

    def field_of(self, found: FieldText) -> str:
        """Return a value beside the table; a set tick as the board writes one."""
        declared = next(field for field in self._form.fields if field.key == found.key)
        if declared.type is ValueType.TICK:
            return TICKED if is_ticked(found.text, declared) else ""
        return "" if is_blank(found.text) else self.dated(found.text.strip(), found.day)


def document_fields(form: Form, number: str, day: str) -> dict[str, str]:
    """Return the values beside a table that a letterhead gives."""
    said = {FieldRole.DOCUMENT_NUMBER: number, FieldRole.DOCUMENT_DATE: day}
    fields = ((form.field(role), text) for role, text in said.items())
    return {field.key: text for field, text in fields if field is not None and text}
