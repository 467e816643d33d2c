"""A unit's file read whole: its rows as they go onto the tab, the values beside them, its letterhead."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from service.documents import file_reading
from service.documents.file_check import CheckedFile, check_file
from service.documents.grid_file import FileSheet
from service.documents.unsafe_parts import refuse_unsafe
from service.domain.intake_left_words import LeftWords, left_below, left_of_unread, left_words
from service.domain.intake_rows import FileRow, FileRows, document_fields
from service.errors import IntakeRefusedError, UnreadableFileError
from sheets_schema.campaign import Campaign, Form
from sheets_schema.reading.headers import UNIT_KEY
from sheets_schema.reading.labels import labelled_in_line
from sheets_schema.reading.letterhead import Letterhead, read_letterhead
from sheets_schema.reading.rows import read_tab
from sheets_schema.reading.unit_names import UnitNaming, named_unit
from sheets_schema.vietnamese.dates import format_day
from sheets_schema.vietnamese.folding import fold, is_blank, squash
from sheets_schema.wording import message, one_line

LARGEST_FILE = 20 * 1024 * 1024
LONGEST_NAME = 200
LONGEST_CELL = 50_000  # characters, as many as a cell of a spreadsheet holds
MOST_LINES = 400  # above a table


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as it came."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        """Return the digest of its bytes."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def size(self) -> int:
        """Return how many bytes it has."""
        return len(self.content)


@dataclass(frozen=True, slots=True)
class FileReading:
    """What a file says, before any tab is looked at."""

    file: SentFile
    form: Form
    checked: CheckedFile
    letterhead: Letterhead
    naming: UnitNaming
    rows: tuple[FileRow, ...]
    fields: Mapping[str, str]  # beside the table, by key, those of the letterhead too
    left: tuple[LeftWords, ...] = ()  # what is in its rows and goes nowhere
    differing: Mapping[str, tuple[tuple[FileSheet, str], ...]] = field(default_factory=dict)  # fields, as sheets say


def sent_file(path: Path) -> SentFile:
    """Return a file of the disk; UnreadableFileError says why it cannot be opened."""
    return SentFile(one_line(path.name, LONGEST_NAME), file_reading.content_of(path, LARGEST_FILE))


def read_file(campaign: Campaign, form: Form, file: SentFile) -> FileReading:
    """Read a unit's file; UnreadableFileError or IntakeRefusedError says why it is not taken as it is."""
    try:
        file_reading.refuse_larger(file.size, LARGEST_FILE)
        refuse_unsafe(file.content)
        table = file_reading.read_table(file.content, form, file.name)
    except UnreadableFileError as error:
        raise file_reading.of_file(file.name, error) from error
    checked = check_file(campaign, form, table)
    letterhead = read_letterhead(_lines_above(checked))
    turned = FileRows(campaign, form)
    rows = tuple(row for sheet, found in checked.judged for row in turned.rows_of(found, sheet.name))
    _refuse_unwritable(form, rows)
    beside = list(_beside_tables(form, checked, turned))
    given = {**dict(_in_lines(form, letterhead)), **{key: text for key, _, text in beside}}
    day = "" if letterhead.day is None else format_day(letterhead.day)
    fields = document_fields(form, letterhead.number, day) | given
    left = tuple(_left(campaign, form, checked))
    naming = _naming(campaign, checked, letterhead)
    return FileReading(file, form, checked, letterhead, naming, rows, fields, left, _differing(beside))


def _left(campaign: Campaign, form: Form, checked: CheckedFile) -> Iterator[LeftWords]:
    """Yield the words of a file that have no place on the tab, in its order; what is above its table is its head."""
    seen_table = False
    for one in checked.sheets:
        sheet = one.sheet
        if one.checked is not None and one.left_out is None:
            seen_table = True
            yield from left_words(campaign, form, sheet.name, sheet.grid, one.checked)
        elif one.checked is None and seen_table and not sheet.hidden:
            yield from left_of_unread(sheet.name, sheet.grid, is_of_document=bool(sheet.columns))
        yield from left_below(sheet.name, sheet.below)


def _lines_above(checked: CheckedFile) -> Iterator[str]:
    """Yield the texts before the first table of the form, and above each further one."""
    left = MOST_LINES
    seen_table = False
    for one in checked.sheets:
        if one.checked is None and (seen_table or one.sheet.hidden):
            continue
        for line in _cells_above(one.sheet, one.checked.content.header_row if one.checked else None):
            left -= 1
            if left < 0:
                return
            yield line
        seen_table = seen_table or one.left_out is None


def _cells_above(sheet: FileSheet, header_row: int | None) -> Iterator[str]:
    grid = sheet.grid
    end = len(grid.cells) if header_row is None else grid.index_of(header_row)
    for cells in grid.cells[:end]:
        yield from (cell for cell in cells if not is_blank(cell))


def _naming(campaign: Campaign, checked: CheckedFile, letterhead: Letterhead) -> UnitNaming:
    """Return which unit the file is of: by a column of codes, else by its letterhead."""
    named = list(dict.fromkeys(row.row.unit for _, found in checked.judged for row in found.rows if row.row.unit))
    if not any(UNIT_KEY in found.content.columns for _, found in checked.judged):
        return named_unit(campaign, (*letterhead.lines, letterhead.issuer))
    codes = {fold(unit.code): unit for unit in campaign.units}
    units = tuple(dict.fromkeys(codes[fold(name)] for name in named if fold(name) in codes))
    if len(named) > 1:
        raise IntakeRefusedError(message("intake.several_units", units=", ".join(named[:10])))
    return UnitNaming(units[0] if units else None, units, named[0] if named else "")


def _in_lines(form: Form, letterhead: Letterhead) -> Iterator[tuple[str, str]]:
    """Yield the values that stand with their label on a line of their own."""
    for line in letterhead.lines:
        found = labelled_in_line(form, line)
        if found is not None:
            yield found


def _beside_tables(form: Form, checked: CheckedFile, turned: FileRows) -> Iterator[tuple[str, FileSheet, str]]:
    """Yield the values right of their label, each with its sheet."""
    known = {field.key for field in form.fields}
    for one in checked.sheets:
        if one.sheet.hidden:
            continue
        content = one.checked.content if one.checked else read_tab(form, one.sheet.grid)
        for key, typed in content.fields.items():
            text = turned.field_of(typed) if key in known else ""
            if text:
                yield key, one.sheet, text


def _differing(beside: Iterable[tuple[str, FileSheet, str]]) -> dict[str, tuple[tuple[FileSheet, str], ...]]:
    """Return the values for which sheets of a file say different things."""
    said: dict[str, dict[str, tuple[FileSheet, str]]] = {}
    for key, sheet, text in beside:
        said.setdefault(key, {}).setdefault(squash(text), (sheet, text))
    return {key: tuple(several.values()) for key, several in said.items() if len(several) > 1}


def _refuse_unwritable(form: Form, rows: tuple[FileRow, ...]) -> None:
    """Raise IntakeRefusedError for a text that no cell of a spreadsheet can hold."""
    titles = {column.key: column.title for column in form.columns}
    for row in rows:
        for key, text in row.texts.items():
            if len(text) > LONGEST_CELL:
                refusal = message("intake.long_cell", row=row.line, column=titles[key], most=LONGEST_CELL)
                raise IntakeRefusedError(refusal)
            if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
                raise IntakeRefusedError(message("intake.unwritable", row=row.line, column=titles[key]))
