"""OpenDocument spreadsheets (.ods): a cell keeps what it shows, and a date its value beside it."""

from __future__ import annotations

from datetime import datetime

from service.documents.grid_file import FileSheet
from service.documents.packed_parts import PackedParts
from service.documents.sheet_building import LAST_ROW, MOST_CHARACTERS, MOST_COLUMNS, FileBounds, SheetBuilder
from service.documents.xml_events import Attributes, TagBudget, TagHandlers, read_events
from service.errors import UnreadableFileError
from sheets_schema.grid import Merge
from sheets_schema.vietnamese.dates import day_shown
from sheets_schema.wording import message

MOST_REPEATED = 2_000  # times that a row which holds something is repeated
_HIDING = ("collapse", "filter")
_LEFT_OUT = frozenset({"annotation", "tracked-changes", "table-source", "shapes", "forms", "title", "desc"})


def read(parts: PackedParts) -> tuple[FileSheet, ...]:
    """Read every sheet of a spreadsheet."""
    if "META-INF/manifest.xml" in parts and _is_encrypted(parts):
        raise UnreadableFileError(message("documents.has_password"))
    reader = _ContentReader()
    handlers = TagHandlers(text=reader.text, any_start=reader.start, any_end=reader.end)
    read_events(parts.pieces("content.xml"), handlers, TagBudget())
    if not reader.sheets:
        raise UnreadableFileError(message("documents.no_sheets"))
    return tuple(sheet.build() for sheet in reader.sheets)


def _is_encrypted(parts: PackedParts) -> bool:
    return any(b"encryption-data" in piece for piece in parts.pieces("META-INF/manifest.xml"))


class _ContentReader:
    """Reads content.xml as its tags come by."""

    def __init__(self) -> None:
        self.sheets: list[SheetBuilder] = []
        self.bounds = FileBounds()
        self.hidden_styles: set[str] = set()
        self.style = ""
        self.depth = 0  # tables within tables
        self.row = self.column = 0
        self.row_times = 1
        self.row_hidden = False
        self.cell: dict[str, str] | None = None
        self.cells: list[tuple[int, str, str]] = []
        self.paragraphs: list[list[str]] = []
        self.skipping = 0
        self.size = 0

    def start(self, name: str, attributes: Attributes) -> None:
        if self.skipping or name in _LEFT_OUT:
            self.skipping += 1
            return
        plain = {key.rpartition(":")[2]: value for key, value in attributes.items()} if attributes else {}
        if name == "table":
            self._start_table(plain)
        elif name == "table-row":
            self.row_times = _count(plain.get("number-rows-repeated", "1"), LAST_ROW)
            self.row_hidden = plain.get("visibility", "") in _HIDING
            self.column, self.cells = 0, []
        elif name in ("table-cell", "covered-table-cell"):
            self.cell, self.paragraphs, self.size = plain, [], 0
        elif self.cell is not None:
            self._start_words(name, plain)
        elif name == "style":
            self.style = plain.get("name", "")
        elif name == "table-properties" and plain.get("display") == "false":
            self.hidden_styles.add(self.style)

    def _start_table(self, plain: dict[str, str]) -> None:
        self.depth += 1
        if self.depth == 1:
            hidden = plain.get("style-name", "") in self.hidden_styles
            self.sheets.append(SheetBuilder(plain.get("name", ""), self.bounds, hidden))
            self.row = 0

    def _start_words(self, name: str, plain: dict[str, str]) -> None:
        if name == "p":
            self.paragraphs.append([])
        elif self.paragraphs and name == "s":
            self.paragraphs[-1].append(" " * _count(plain.get("c", "1"), 1_000))
        elif self.paragraphs and name in ("tab", "line-break"):
            self.paragraphs[-1].append("\t" if name == "tab" else "\n")

    def text(self, data: str) -> None:
        if self.cell is not None and self.paragraphs and not self.skipping:
            self.size += len(data)
            if self.size > MOST_CHARACTERS:
                raise UnreadableFileError(message("documents.too_much_text"))
            self.paragraphs[-1].append(data)

    def end(self, name: str) -> None:
        if self.skipping:
            self.skipping -= 1
        elif name == "table":
            self.depth -= 1
        elif name in ("table-cell", "covered-table-cell") and self.cell is not None:
            self._end_cell(self.cell)
            self.cell = None
        elif name == "table-row":
            self._end_row()

    def _end_cell(self, cell: dict[str, str]) -> None:
        words = "\n".join("".join(paragraph) for paragraph in self.paragraphs)
        times = _count(cell.get("number-columns-repeated", "1"), LAST_ROW)
        if words and self.sheets:
            day = _meaning(cell.get("date-value", ""), words)
            last = min(self.column + times, MOST_COLUMNS + 1)
            self.cells += [(column, words, day) for column in range(self.column, last)]
            self._merge(cell)
        self.column += times

    def _merge(self, cell: dict[str, str]) -> None:
        rows, columns = (_count(cell.get(f"number-{way}-spanned", "1"), LAST_ROW) for way in ("rows", "columns"))
        if rows > 1 or columns > 1:
            self.sheets[-1].merge(Merge(self.row, self.row + rows, self.column, self.column + columns))

    def _end_row(self) -> None:
        if self.cells and self.sheets:
            for number in range(self.row + 1, self.row + 1 + min(self.row_times, MOST_REPEATED)):
                for column, words, day in self.cells:
                    self.sheets[-1].put(number, column, words, day)
                self.sheets[-1].hidden_rows += self.row_hidden
        self.row += self.row_times


def _count(text: str, most: int) -> int:
    return min(most, max(1, int(text))) if text.isascii() and text.isdigit() and len(text) < 10 else 1


def _meaning(value: str, words: str) -> str:
    """Return what a date means: its day where that is shown, else its month or its year."""
    try:
        moment = datetime.fromisoformat(value[:19])
    except ValueError:
        return ""
    return day_shown(words, moment)
