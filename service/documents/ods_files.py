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
_STYLED = {"p": "paragraph", "span": "text", "a": "text"}  # the family of styles of what holds words
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
        self.style = ("", "")  # the family and the name of the one that is being read
        self.line_through: dict[tuple[str, str], bool] = {}  # of the styles that say it
        self.column_styles: list[str] = []
        self.struck = [False]  # of the words at hand: of their cell, and of each tag that is open within it
        self.leaves_out = False  # something of the cell at hand
        self.struck_columns: list[int] = []  # of the row at hand
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
            self.column, self.cells, self.struck_columns = 0, [], []
        elif name in ("table-cell", "covered-table-cell"):
            self.cell, self.paragraphs, self.size, self.leaves_out = plain, [], 0, False
            self.struck = [self.line_through.get(("table-cell", self._cell_style(plain)), False)]
        elif self.cell is not None:
            self._start_words(name, plain)
        elif name == "style":
            self.style = (plain.get("family", ""), plain.get("name", ""))
        elif name == "table-properties" and plain.get("display") == "false":
            self.hidden_styles.add(self.style[1])
        elif name == "text-properties":
            self._read_line_through(plain)
        elif name == "table-column":
            times = _count(plain.get("number-columns-repeated", "1"), MOST_COLUMNS)
            self.column_styles += [plain.get("default-cell-style-name", "")] * times
            del self.column_styles[MOST_COLUMNS:]

    def _read_line_through(self, plain: dict[str, str]) -> None:
        said = [plain[key] for key in ("text-line-through-style", "text-line-through-type") if key in plain]
        if said:
            self.line_through[self.style] = "none" not in said

    def _cell_style(self, cell: dict[str, str]) -> str:
        default = self.column_styles[self.column] if self.column < len(self.column_styles) else ""
        return cell.get("style-name", default)

    def _start_table(self, plain: dict[str, str]) -> None:
        self.depth += 1
        if self.depth == 1:
            hidden = plain.get("style-name", "") in self.hidden_styles
            self.sheets.append(SheetBuilder(plain.get("name", ""), self.bounds, hidden))
            self.row = 0
            self.column_styles = []

    def _start_words(self, name: str, plain: dict[str, str]) -> None:
        if name in _STYLED:
            own = self.line_through.get((_STYLED[name], plain.get("style-name", "")))
            self.struck.append(self.struck[-1] if own is None else own)
        if name == "p":
            self.paragraphs.append([])
        elif self.struck[-1]:
            return
        elif self.paragraphs and name == "s":
            self.paragraphs[-1].append(" " * _count(plain.get("c", "1"), 1_000))
        elif self.paragraphs and name in ("tab", "line-break"):
            self.paragraphs[-1].append("\t" if name == "tab" else "\n")

    def text(self, data: str) -> None:
        if self.cell is not None and self.paragraphs and not self.skipping:
            if self.struck[-1]:
                self.leaves_out |= not data.isspace()
                return
            self.size += len(data)
            if self.size > MOST_CHARACTERS:
                raise UnreadableFileError(message("documents.too_much_text"))
            self.paragraphs[-1].append(data)

    def end(self, name: str) -> None:
        if self.skipping:
            self.skipping -= 1
        elif name == "table":
            self.depth -= 1
        elif name in _STYLED and self.cell is not None:
            self.struck.pop()
        elif name in ("table-cell", "covered-table-cell") and self.cell is not None:
            self._end_cell(self.cell)
            self.cell = None
        elif name == "table-row":
            self._end_row()

    def _end_cell(self, cell: dict[str, str]) -> None:
        words = "\n".join("".join(paragraph) for paragraph in self.paragraphs)
        times = _count(cell.get("number-columns-repeated", "1"), LAST_ROW)
        last = min(self.column + times, MOST_COLUMNS + 1)
        if self.leaves_out:
            self.struck_columns += range(self.column, last)
        if words and self.sheets:
            day = _meaning(cell.get("date-value", ""), words)
            self.cells += [(column, words, day) for column in range(self.column, last)]
            self._merge(cell)
        self.column += times

    def _merge(self, cell: dict[str, str]) -> None:
        rows, columns = (_count(cell.get(f"number-{way}-spanned", "1"), LAST_ROW) for way in ("rows", "columns"))
        if rows > 1 or columns > 1:
            self.sheets[-1].merge(Merge(self.row, self.row + rows, self.column, self.column + columns))

    def _end_row(self) -> None:
        if (self.cells or self.struck_columns) and self.sheets:
            for number in range(self.row + 1, self.row + 1 + min(self.row_times, MOST_REPEATED)):
                for column in self.struck_columns:
                    self.sheets[-1].strike(number, column)
                for column, words, day in self.cells:
                    self.sheets[-1].put(number, column, words, day)
                self.sheets[-1].hidden_rows += self.row_hidden and bool(self.cells)
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
