"""Excel workbooks (.xlsx, .xlsm, strict or not): every cell as it is shown, streamed, with a bound on everything.

openpyxl keeps a row or a sheet whole in memory; a hostile file of 1 MB took it 2.6 GB.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from service.documents.grid_file import FileSheet
from service.documents.number_formats import EPOCH_1904, FIRST_DAY, shown_number, shown_text
from service.documents.packed_parts import PackedParts
from service.documents.sheet_building import MOST_COLUMNS, FileBounds, SheetBuilder
from service.documents.xlsx_words import (
    PLAIN,
    TRUE,
    CellStyle,
    RunReader,
    Words,
    number_of,
    read_strings,
    read_styles,
    words_left,
)
from service.documents.xml_events import Attributes, TagBudget, TagHandlers, read_events
from service.errors import UnreadableFileError
from sheets_schema.grid import Merge
from sheets_schema.wording import message

MOST_SHEETS = 1_000
LAST_COLUMN = 16_384  # of any workbook

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?")
_BLANK_CELL = re.compile(rb'<c r="[^<>]*/>')
_BLANK_ROW = re.compile(rb'<row r="[^<>]*(?:/>|></row>)')
_LONGEST_ROW = 1024 * 1024


@dataclass(frozen=True, slots=True)
class _SheetPart:
    name: str
    part: str
    hidden: bool


@dataclass(slots=True)
class _Workbook:
    """What the sheets of a workbook share."""

    parts: PackedParts
    budget: TagBudget = field(default_factory=TagBudget)
    sheets: list[_SheetPart] = field(default_factory=list)
    from_1904: bool = False
    styles: list[CellStyle] = field(default_factory=list)
    strings: list[Words] = field(default_factory=list)

    def style(self, index: str) -> CellStyle:
        """Return a cell's style by its number."""
        place = number_of(index)
        return self.styles[place] if place < len(self.styles) else PLAIN

    def string(self, index: str) -> Words:
        """Return a shared text by its number."""
        place = int(index) if index.isascii() and index.isdigit() and len(index) < 9 else len(self.strings)
        return self.strings[place] if place < len(self.strings) else ""


def read(parts: PackedParts) -> tuple[FileSheet, ...]:
    """Read every sheet of a workbook."""
    book = _opened(parts)
    bounds = FileBounds()
    return tuple(_SheetReader(book, part, bounds).read() for part in book.sheets)


def _opened(parts: PackedParts) -> _Workbook:
    book = _Workbook(parts)
    main = next((target for kind, target in _links(book, "_rels/.rels", "").values() if kind == "officeDocument"), "")
    main = main or "xl/workbook.xml"
    folder, file = posixpath.split(main)
    links = _links(book, f"{folder}/_rels/{file}.rels", folder)
    _read_sheet_names(book, main, links)
    for kind, target in links.values():
        if kind == "styles" and target in parts:
            book.styles = read_styles(parts.pieces(target), book.budget)
        elif kind == "sharedStrings" and target in parts:
            book.strings = read_strings(parts.pieces(target), book.budget)
    return book


def _links(book: _Workbook, part: str, folder: str) -> dict[str, tuple[str, str]]:
    """Return, by id, the kind and the part of what a part refers to; what is outside the file is left out."""
    found: dict[str, tuple[str, str]] = {}

    def relation(attributes: Attributes) -> None:
        if attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "").replace("\\", "/")
            path = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[attributes.get("Id", "")] = (attributes.get("Type", "").rpartition("/")[2], path)

    if part in book.parts:
        read_events(book.parts.pieces(part), TagHandlers({"Relationship": relation}), book.budget)
    return found


def _read_sheet_names(book: _Workbook, part: str, links: dict[str, tuple[str, str]]) -> None:
    def properties(attributes: Attributes) -> None:
        book.from_1904 = attributes.get("date1904", "") in TRUE

    def sheet(attributes: Attributes) -> None:
        link = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
        kind, target = links.get(link, ("", ""))
        hidden = attributes.get("state", "visible") in ("hidden", "veryHidden")
        if kind == "worksheet":
            book.sheets.append(_SheetPart(attributes.get("name", ""), target, hidden))
        if len(book.sheets) > MOST_SHEETS:
            raise UnreadableFileError(message("documents.too_many_sheets", limit=MOST_SHEETS))

    handlers = TagHandlers({"workbookPr": properties, "sheet": sheet})
    read_events(book.parts.pieces(part), handlers, book.budget)
    if not book.sheets:
        raise UnreadableFileError(message("documents.no_sheets"))


def without_blank_cells(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the pieces of a sheet with no cells and rows that have a format alone: there may be millions of them.

    Only those that name their place are left out; the place of others follows from what is before them.
    """
    rest = b""
    for piece in pieces:
        joined = rest + piece
        if len(joined) < _LONGEST_ROW and b"<row" in joined[1:]:
            cut = joined.rfind(b"<row")
        else:
            cut = joined.rfind(b">") + 1 or len(joined)
        whole, rest = joined[:cut], joined[cut:]
        places = whole.count(b"<c ") == whole.count(b'<c r="') and b"<c>" not in whole and b"<!" not in whole
        yield _BLANK_ROW.sub(b"", _BLANK_CELL.sub(b"", whole)) if places else whole
    yield rest


class _SheetReader:
    """Reads one sheet as its tags come by."""

    def __init__(self, book: _Workbook, part: _SheetPart, bounds: FileBounds) -> None:
        self.book = book
        self.part = part
        self.sheet = SheetBuilder(part.name, bounds, part.hidden)
        self.row = 0
        self.row_hidden = False
        self.column = -1
        self.kind = ""
        self.style = PLAIN
        self.formula = False
        self.runs = RunReader()

    def read(self) -> FileSheet:
        """Return the sheet."""
        starts = {"c": self._start_cell, "v": self.runs.begin, "f": self._start_formula, "row": self._start_row}
        ends = {"v": self.runs.end, "c": self._end_cell, "row": self._end_row}
        handlers = TagHandlers(
            self.runs.starts() | starts | {"mergeCell": self._merge}, self.runs.ends() | ends, self.runs.text
        )
        pieces = without_blank_cells(self.book.parts.pieces(self.part.part))
        read_events(pieces, handlers, self.book.budget)
        return self.sheet.build()

    def _start_formula(self, _: Attributes) -> None:
        self.formula = True

    def _start_row(self, attributes: Attributes) -> None:
        self.row = number_of(attributes.get("r", "")) or self.row + 1
        self.row_hidden = attributes.get("hidden", "") in TRUE
        self.column = -1

    def _start_cell(self, attributes: Attributes) -> None:
        reference = attributes.get("r")
        self.column = _column(reference) if reference else self.column + 1
        if self.column >= LAST_COLUMN:
            raise UnreadableFileError(message("documents.too_many_columns", row=self.row))
        self.kind = attributes.get("t", "n")
        self.style = self.book.style(attributes.get("s", ""))
        self.formula = False
        self.runs.size = 0

    def _end_cell(self) -> None:
        words = self.runs.words()
        raw = words if isinstance(words, str) else ""
        if self.kind == "s" and raw:
            words = self.book.string(raw.strip())
        left, struck = words_left(words, self.style)
        if self.column >= MOST_COLUMNS:
            self.sheet.put(self.row, self.column, left)
            return
        if struck:
            self.sheet.strike(self.row, self.column)
        if self.formula and not words and self.kind != "str":
            self.sheet.note_uncomputed(self.row, self.column)
        if left:
            self.sheet.put(self.row, self.column, *self._shown(left))

    def _end_row(self) -> None:
        if self.row_hidden and self.sheet.holds(self.row):
            self.sheet.hidden_rows += 1

    def _shown(self, words: str) -> tuple[str, str]:
        """Return a cell's text as it is shown, and what it means where it is a date."""
        if self.kind in ("s", "str", "inlineStr"):
            return shown_text(words, self.style.code), ""
        if self.kind == "b":
            return ("TRUE" if words.strip() in TRUE else "FALSE"), ""
        if self.kind == "e":
            return words, ""
        number = _serial(words) if self.kind == "d" else _float(words)
        if number is None:
            return words, ""
        shift = EPOCH_1904 if self.book.from_1904 and self.kind != "d" else 0
        found = shown_number(number, self.style.code)
        if shift and found.day:
            found = shown_number(number + shift, self.style.code)
        return found.text, found.day

    def _merge(self, attributes: Attributes) -> None:
        found = _REFERENCE.fullmatch(attributes.get("ref", ""))
        if found and found[3]:
            self.sheet.merge(Merge(int(found[2]) - 1, int(found[4]), _index(found[1]), _index(found[3]) + 1))


def _column(reference: str) -> int:
    return _index(reference.rstrip("0123456789"))


def _index(letters: Iterable[str]) -> int:
    """Return a column's index from its letters."""
    number = 0
    for letter in letters:
        if not "A" <= letter <= "Z" or number > 1_000_000:
            return 0 if not number else number - 1
        number = number * 26 + ord(letter) - 64
    return max(0, number - 1)


def _float(raw: str) -> float | None:
    """Return a stored number, whole where it is; None for what is none."""
    try:
        number = float(raw)
    except ValueError:
        return None
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


def _serial(raw: str) -> float | None:
    """Return the serial number of an ISO date, as strict workbooks keep dates."""
    try:
        moment = datetime.fromisoformat(raw.strip().removesuffix("Z"))
    except ValueError:
        return None
    return (moment.replace(tzinfo=None) - FIRST_DAY).total_seconds() / 86_400
