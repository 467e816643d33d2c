"""Word documents (.docx): every table is a sheet, the lines above it are its first rows; changes count as accepted.

Read as it streams by: what is inserted, moved or wrapped in a content control is found, and memory has a bound. The
libraries that open Word documents keep all of it in memory and pass over those.
"""

from __future__ import annotations

from dataclasses import dataclass

from service.documents.grid_file import FileSheet
from service.documents.packed_parts import PackedParts
from service.documents.sheet_building import MOST_CHARACTERS, FileBounds, SheetBuilder
from service.documents.word_numbering import ListMark, WordNumbering, read_numbering, value_of, whole
from service.documents.xml_events import Attributes, TagBudget, TagHandlers, read_events
from service.errors import UnreadableFileError
from sheets_schema.grid import Merge
from sheets_schema.wording import message

MOST_LINES = 200  # above a table
BODY = "word/document.xml"

_NOT_SHOWN = frozenset({"del", "moveFrom", "Fallback"})
_PICTURES = frozenset({"blip", "imagedata"})
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_RUN_LOOKS = frozenset({"vanish", "strike", "dstrike"})  # of words that are not meant to be read
_OF_RUN = frozenset({"t", "r"}) | _RUN_LOOKS | _PICTURES | _SIGNS.keys()
_OF_PARAGRAPH = frozenset({"p", "pStyle", "numId", "ilvl"})
_OFF = ("0", "false", "off")


def read(parts: PackedParts) -> tuple[FileSheet, ...]:
    """Read every table of a document."""
    reader = _BodyReader(read_numbering(parts))
    handlers = TagHandlers(text=reader.text, any_start=reader.start, any_end=reader.end)
    read_events(parts.pieces(BODY), handlers, TagBudget())
    if reader.is_picture:
        raise UnreadableFileError(message("documents.is_word_picture"))
    if not reader.sheets:
        raise UnreadableFileError(message("documents.no_word_table"))
    reader.sheets[-1].below = tuple(line for line in reader.lines if line.strip())[:MOST_LINES]
    return tuple(sheet.build() for sheet in reader.sheets)


@dataclass(slots=True)
class _Paragraph:
    """What is known of an open paragraph's number."""

    style: str = ""
    list_id: str = ""  # "0" takes it out of its style's list
    level: int = 0


class _BodyReader:
    """Reads the body as its tags come by; a table within a cell is text of that cell."""

    def __init__(self, numbering: WordNumbering) -> None:
        self.numbering = numbering
        self.open: list[_Paragraph] = []
        self.sheets: list[SheetBuilder] = []
        self.bounds = FileBounds()
        self.lines: list[str] = []
        self.tables = 0  # that are open
        self.row = self.column = 0
        self.row_deleted = False
        self.span = 1
        self.continues: bool | None = None  # whether the cell goes on with the one above; None for a cell of its own
        self.merged: dict[int, tuple[int, int]] = {}  # column → first row and width of a cell that may go on
        self.paragraphs: list[str] = []
        self.words: list[str] = []
        self.inside: list[str] = []
        self.skipping = 0
        self.taking = self.run_hidden = self.run_struck = False
        self.struck = False  # words of the open cell, or of the open line
        self.struck_lines: list[int] = []
        self.size = 0
        self.has_picture = self.has_words = False

    @property
    def is_picture(self) -> bool:
        """Return True if a picture is all that is shown, as of a page that was scanned."""
        return self.has_picture and not self.has_words

    def start(self, name: str, attributes: Attributes) -> None:
        """Take a tag."""
        if name == "del" and "trPr" in self.inside[-1:]:
            self.row_deleted = True
        if self.skipping or name in _NOT_SHOWN:
            self.skipping += 1
            return
        self.inside.append(name)
        if name in _OF_RUN:
            self._start_in_run(name, attributes)
        elif name in _OF_PARAGRAPH:
            self._start_paragraph(name, attributes)
        elif name == "tbl":
            self._start_table()
        elif self.tables == 1:
            self._start_in_table(name, attributes)

    def _start_in_run(self, name: str, attributes: Attributes) -> None:
        if name == "t":
            self.taking = not self.run_hidden
        elif name == "r":
            self.run_hidden = self.run_struck = False
        elif name in _PICTURES:
            self.has_picture = True
        elif name in _RUN_LOOKS:
            if self.inside[-3:-1] == ["r", "rPr"] and _value(attributes) not in _OFF:
                self.run_struck |= name != "vanish"
                self.run_hidden = True
        elif "r" in self.inside[-2:-1] and not self.run_hidden:
            self.words.append(_SIGNS[name])

    def _start_paragraph(self, name: str, attributes: Attributes) -> None:
        if name == "p":
            self.open.append(_Paragraph())
            return
        # what it was before a tracked change does not count
        if not self.open or "pPr" not in self.inside[-3:-1] or "pPrChange" in self.inside[-5:]:
            return
        paragraph = self.open[-1]
        if name == "pStyle":
            paragraph.style = _value(attributes)
        elif name == "numId":
            paragraph.list_id = _value(attributes)
        else:
            paragraph.level = _count(attributes)

    def _start_table(self) -> None:
        self.tables += 1
        if self.tables > 1:
            return
        sheet = SheetBuilder(f"#{len(self.sheets) + 1}", self.bounds)
        sheet.follows = bool(self.sheets) and not any(line.strip() for line in self.lines)
        for number, line in enumerate(self.lines[-MOST_LINES:], start=1):
            sheet.put(number, 0, line)
        self.row = min(len(self.lines), MOST_LINES)
        for at in self.struck_lines:
            sheet.strike(at - len(self.lines) + self.row + 1, 0)
        self.lines, self.struck_lines, self.struck = [], [], False
        self.sheets.append(sheet)

    def _start_in_table(self, name: str, attributes: Attributes) -> None:
        if name == "tr":
            self.row += 1
            self.column, self.row_deleted = 0, False
        elif name == "gridBefore":
            self.column += _count(attributes)
        elif name == "tc":
            self.span, self.continues, self.paragraphs, self.words = 1, None, [], []
            self.struck = False
        elif name == "gridSpan":
            self.span = max(1, _count(attributes))
        elif name == "vMerge":
            self.continues = _value(attributes) != "restart"

    def text(self, data: str) -> None:
        """Take a text."""
        if self.run_struck and not self.skipping and self.inside[-1:] == ["t"]:
            self.struck = self.struck or not data.isspace()
        if self.taking and not self.skipping:
            self.size += len(data)
            if self.size > MOST_CHARACTERS:
                raise UnreadableFileError(message("documents.too_much_text"))
            self.has_words = self.has_words or not data.isspace()
            self.words.append(data)

    def end(self, name: str) -> None:
        """Take the end of a tag."""
        if self.skipping:
            self.skipping -= 1
            return
        self.inside.pop()
        if name == "t":
            self.taking = False
        elif name == "p":
            self._end_paragraph()
        elif name == "tc" and self.tables == 1:
            self._end_cell()
        elif name == "tr" and self.tables == 1 and self.row_deleted:
            self.row -= 1
            self.row_deleted = False
        elif name == "tbl":
            self._end_table()

    def _end_paragraph(self) -> None:
        line = "".join(self.words)
        self.words = []
        paragraph = self.open.pop() if self.open else _Paragraph()
        if not self.row_deleted:
            mark = ListMark(paragraph.list_id, paragraph.level) if paragraph.list_id else None
            label = self.numbering.label(mark, paragraph.style)
            line = f"{label} {line}".rstrip() if label else line
        if self.tables:
            self.paragraphs.append(line)
        else:
            if self.struck:
                self.struck_lines.append(len(self.lines))
            self.struck = False
            self.lines.append(line)

    def _end_cell(self) -> None:
        sheet = self.sheets[-1]
        if not self.row_deleted and not self.continues:
            sheet.put(self.row, self.column, "\n".join(self.paragraphs).strip("\n"))
            if self.struck:
                sheet.strike(self.row, self.column)
        self.struck = False
        if not self.continues:
            self._close_merge(self.column)
            if self.continues is False or self.span > 1:
                self.merged[self.column] = (self.row, self.span)
        self.column += self.span
        sheet.columns = max(sheet.columns, self.column)

    def _close_merge(self, column: int) -> None:
        first, width = self.merged.pop(column, (0, 0))
        last = self.row - 1
        if first and (last > first or width > 1):
            self.sheets[-1].merge(Merge(first - 1, max(last, first), column, column + width))

    def _end_table(self) -> None:
        self.tables -= 1
        if not self.tables:
            self.row += 1
            for column in tuple(self.merged):
                self._close_merge(column)


def _value(attributes: Attributes) -> str:
    return value_of(attributes, "val")


def _count(attributes: Attributes) -> int:
    return whole(_value(attributes))
