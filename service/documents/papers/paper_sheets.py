"""A paper as a workbook ready to print: A4, columns as wide as the page, rows as high as their words.

It is made of the filled document's own blocks. A row that would be higher than a sheet takes goes on in the next one.
xlsxwriter is loaded when a workbook is asked for.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from service.documents.papers.docx_blocks import Block, Cells, NewPage, Para
from service.documents.papers.page_filling import PageFilling, PieceKind
from service.documents.text_size import LEADING, PADDING, height_of, line_starts
from service.domain.papers.records import Align, Figure, PaperColumn, PaperRow, PaperTable, RowStyle
from service.domain.printed_tables import CellLink
from service.errors import PaperError
from sheets_schema.wording import SHEET_LANGUAGE, message, text

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

FONT = "Times New Roman"
HEAD_SIZE = BODY_SIZE = 11.0
HIGHEST = 380.0  # points; a sheet takes 409
HIGH, LOW = 257.0, 170.0  # millimetres of rows
UPRIGHT, ACROSS = 151.0, 232.0  # millimetres of columns: programs differ by a twentieth in what they make of them
SAME_DAY = datetime(2000, 1, 1, tzinfo=UTC)
MOST_LINKS = 65_000
SHOWN = 60
_PIXELS = 96 / 25.4
_NAME_REFUSED = re.compile(r"[\[\]:*?/\\]")
_COUNTED = re.compile(r"0|[1-9][0-9]{0,8}")


@dataclass(slots=True)
class PaperSheet:
    """What goes on one sheet."""

    landscape: bool
    blocks: list[Block] = field(default_factory=list)

    @property
    def table(self) -> PaperTable | None:
        """The table that gives the sheet its columns."""
        return next((one for one in self.blocks if isinstance(one, PaperTable)), None)

    @property
    def widths(self) -> list[float]:
        """Return the widths of the columns in millimetres: those of its table, else two halves."""
        table = self.table
        room = ACROSS if self.landscape else UPRIGHT
        if table is None:
            return [room / 2, room / 2]
        whole = sum(column.width for column in table.columns)
        return [column.width * min(1.0, room / whole) for column in table.columns]

    @property
    def name(self) -> str:
        """Return its first words."""
        words = (one.words for one in self.blocks if isinstance(one, Para) and one.words.strip())
        return next(words, "")


def write_sheets(title: str, found: Sequence[Block], figures: Sequence[Figure] = ()) -> bytes:
    """Return the workbook; PaperError where reading it back finds another word than was written."""
    from xlsxwriter import Workbook  # noqa: PLC0415 – most processes write no workbook

    made = io.BytesIO()
    options: dict[str, object] = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "in_memory": True,
    }
    # columns are measured in digits of this font
    options["default_format_properties"] = {"font_name": FONT, "font_size": BODY_SIZE}
    with Workbook(made, options) as book:
        book.set_properties({"created": SAME_DAY})
        writer = _Writer(book)
        for number, sheet in enumerate(divided(found)):
            writer.write(sheet, title if number == 0 else sheet.name)
        if figures:
            writer.write_sources(figures)
    content = made.getvalue()
    _read_back(content, writer.written)
    return content


def divided(found: Sequence[Block]) -> list[PaperSheet]:
    """Return blocks sheet by sheet: a new page begins one, and so does a table of other columns."""
    sheets: list[PaperSheet] = []
    for block in found:
        if isinstance(block, NewPage):
            sheets.append(PaperSheet(block.landscape))
            continue
        if isinstance(block, PaperTable):
            before = sheets[-1].table
            if before is not None and _titles(before) != _titles(block):
                sheets.append(PaperSheet(sheets[-1].landscape))
        sheets[-1].blocks.append(block)
    return [sheet for sheet in sheets if sheet.blocks]


def _titles(table: PaperTable) -> list[str]:
    return [column.title for column in table.columns]


class _Writer:
    """Writes sheets and remembers every text it put where."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.names: set[str] = set()
        self.formats: dict[tuple[tuple[str, object], ...], Any] = {}
        self.written: dict[str, dict[tuple[int, int], str]] = {}
        self.sheet: Worksheet = None
        self.cells: dict[tuple[int, int], str] = {}
        self.row = 0
        self.widths: list[float] = []
        self.has_header = False
        self.pages = PageFilling(0)

    def write(self, sheet: PaperSheet, title: str) -> None:
        """Write one sheet."""
        self._open(title, sheet.landscape, sheet.widths)
        for block in sheet.blocks:
            if isinstance(block, Para):
                self.pages.begin(self.row, PieceKind.WORDS if block.words.strip() else PieceKind.BLANK)
                self._paragraph(block)
            elif isinstance(block, Cells):
                self.pages.begin(self.row, PieceKind.CELLS)
                self._cells(block)
            elif isinstance(block, PaperTable):
                self._table(block)
        place = self.pages.place_of_break()
        if place is not None:
            self.sheet.set_h_pagebreaks([place])

    def _open(self, title: str, landscape: bool, widths: list[float]) -> None:
        name = _sheet_name(title, self.names)
        self.sheet = self.book.add_worksheet(name)
        self.cells = self.written.setdefault(name, {})
        self.row, self.widths, self.has_header = 0, widths, False
        self.pages = PageFilling(LOW if landscape else HIGH)
        for index, width in enumerate(widths):
            self.sheet.set_column_pixels(index, index, round(width * _PIXELS))
        self.sheet.set_paper(9)  # A4
        if landscape:
            self.sheet.set_landscape()
        # the last millimetres are room for a printer that measures otherwise
        self.sheet.set_margins(left=30 / 25.4, right=13 / 25.4, top=20 / 25.4, bottom=20 / 25.4)
        self.sheet.set_header("&C&P", {"margin": 10 / 25.4})
        # the columns have room as they are: a sheet that is fitted to its page is printed smaller by some programs
        self.sheet.center_horizontally()
        self.sheet.set_print_scale(100)

    def _format(self, **how: object) -> Any:  # noqa: ANN401 – xlsxwriter has no types
        key = tuple(sorted(how.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format({"font_name": FONT, "text_wrap": True, "valign": "top", **how})
        return self.formats[key]

    def _put(self, column: int, words: str, how: Any, *, to: int | None = None, counted: bool = False) -> None:  # noqa: ANN401
        """Write words into a cell of this row, or into one over columns up to `to`."""
        if to is not None and to > column:
            self.sheet.merge_range(self.row, column, self.row, to, "", how)
        if counted and _COUNTED.fullmatch(words):
            self.sheet.write_number(self.row, column, int(words), how)
        elif words:
            self.sheet.write_string(self.row, column, words, how)
        else:
            self.sheet.write_blank(self.row, column, None, how)
            return
        self.cells[self.row, column] = words

    def _paragraph(self, one: Para) -> None:
        self._wrapped([(0, len(self.widths) - 1, one)])

    def _cells(self, block: Cells) -> None:
        """Write a line of cells: the paragraphs of each, side by side."""
        spans = self._spans(len(block.cells))
        for index in range(max((len(cell) for cell in block.cells), default=0)):
            line = [
                (first, last, cell[index])
                for (first, last), cell in zip(spans, block.cells, strict=True)
                if index < len(cell)
            ]
            self._wrapped(line)

    def _spans(self, count: int) -> list[tuple[int, int]]:
        """Return which columns each cell of a row covers: about the same room each."""
        if count >= len(self.widths):
            return [(min(index, len(self.widths) - 1),) * 2 for index in range(count)]
        ends, room, used = list[int](), sum(self.widths) / count, 0.0
        for index, width in enumerate(self.widths):
            used += width
            if used >= room * (len(ends) + 1) - width / 2 and len(ends) < count - 1:
                ends.append(index)
        ends.append(len(self.widths) - 1)
        return list(zip([0, *(end + 1 for end in ends[:-1])], ends, strict=True))

    def _wrapped(self, line: Sequence[tuple[int, int, Para]]) -> None:
        """Write paragraphs side by side; words that are higher than a row go on in the next ones."""
        pieces = [
            (first, last, one, _pieces(one.words, sum(self.widths[first : last + 1]), one.size, bold=one.bold))
            for first, last, one in line
        ]
        for index in range(max((len(found) for *_, found in pieces), default=1)):
            height = 0.0
            for first, last, one, found in pieces:
                words, lines = found[index] if index < len(found) else ("", 1)
                how = {"align": one.align, "font_size": one.size}
                how |= {name: True for name in ("bold", "italic") if getattr(one, name)}
                how |= {"underline": 1} if one.underline else {}
                self._put(first, words, self._format(**how), to=last)
                height = max(height, height_of(lines, one.size))
            self._end_row(height)

    def _table(self, table: PaperTable) -> None:
        if not self.has_header:
            self._header(table)
        for one in table.rows:
            self._row(table.columns, one)

    def _header(self, table: PaperTable) -> None:
        how = {"bold": True, "align": "center", "valign": "vcenter", "border": 1, "font_size": HEAD_SIZE}
        lines = 1
        for index, column in enumerate(table.columns):
            self._put(index, column.title, self._format(**how))
            lines = max(lines, len(line_starts(column.title, self.widths[index], HEAD_SIZE, bold=True)))
        self.sheet.repeat_rows(self.row)
        self.sheet.freeze_panes(self.row + 1, 0)
        self.has_header = True
        self.pages.repeat(self.row)
        self._end_row(height_of(lines, HEAD_SIZE))

    def _end_row(self, height: float) -> None:
        self.sheet.set_row(self.row, height)
        self.pages.heights.append(height)
        self.row += 1

    def _row(self, columns: Sequence[PaperColumn], one: PaperRow) -> None:
        self.pages.begin(self.row, PieceKind.ROW)
        bold = one.style is not RowStyle.BODY
        if one.style is RowStyle.GROUP:
            spans = [(0, len(columns) - 1, one.cells[0], Align.LEFT)]
        else:
            cells = zip(one.cells, columns, strict=True)
            spans = [(index, index, words, column.align) for index, (words, column) in enumerate(cells)]
        pieces = [
            _pieces(words, sum(self.widths[first : last + 1]), BODY_SIZE, bold=bold) for first, last, words, _ in spans
        ]
        rows = max(map(len, pieces))
        for index in range(rows):
            height = 0.0
            for (first, last, _, align), found in zip(spans, pieces, strict=True):
                words, lines = found[index] if index < len(found) else ("", 1)
                how: dict[str, object] = {"font_size": BODY_SIZE, "left": 1, "right": 1, "align": align.value}
                how |= {"top": 1} if index == 0 else {}
                how |= {"bottom": 1} if index == rows - 1 else {}
                how |= {"bold": True} if bold else {}
                self._put(first, words, self._format(**how), to=last, counted=align is Align.CENTER)
                height = max(height, height_of(lines, BODY_SIZE))
            self._end_row(height)

    def write_sources(self, figures: Sequence[Figure]) -> None:
        """Write the rows behind every figure, each with a link to where it is."""
        named = (("number", 11), ("label", 40), ("value", 15), ("source", 50), ("form", 31), ("row", 13), ("words", 72))
        columns = tuple(
            PaperColumn(key, text(f"papers.source_{key}", SHEET_LANGUAGE), width, Align.LEFT) for key, width in named
        )
        self._open(text("papers.sources", SHEET_LANGUAGE), landscape=True, widths=[one.width for one in columns])
        self._header(PaperTable("sources", "", columns, ()))
        links = 0
        for figure in figures:
            top = PaperRow(RowStyle.TOTAL, (str(figure.number), figure.label, str(figure.value), "", "", "", ""))
            self._row(columns, top)
            for one in figure.sources:
                links += 1
                row = "" if one.row is None else str(one.row)
                cells = (str(figure.number), "", "", one.unit, one.form, row, one.words)
                at = self.row
                self._row(columns, PaperRow(RowStyle.BODY, cells))
                if links <= MOST_LINKS:
                    # some programs do not wrap the words of a link: a number has none to lose
                    self._link(at, 0, one.link)

    def _link(self, row: int, column: int, link: CellLink | None) -> None:
        if link is None or not link.url.startswith(("http://", "https://")) or len(link.url) > 2_000:
            return
        how = self._format(font_size=BODY_SIZE, left=1, right=1, top=1, bottom=1, font_color="#1A4F9C")
        self.sheet.write_url(row, column, link.url, how, self.cells[row, column])


def _pieces(words: str, width: float, size: float, *, bold: bool) -> list[tuple[str, int]]:
    """Return words cut where a row would be too high, each piece with its number of lines; nothing is left out."""
    starts = line_starts(words, width, size, bold=bold)
    most = max(1, int((HIGHEST - PADDING) / (size * LEADING)))
    ends = [*starts[::most], len(words)]
    counts = [min(most, len(starts) - first) for first in range(0, len(starts), most)]
    return [(words[first:end], lines) for (first, end), lines in zip(pairwise(ends), counts, strict=True)]


def _sheet_name(title: str, taken: set[str]) -> str:
    plain = " ".join(_NAME_REFUSED.sub(" ", title).split()).strip("' ")[:31] or "Sheet"
    name, number = plain, 2
    while name.casefold() in taken or name.casefold() == "history":
        suffix = f" {number}"
        name, number = plain[: 31 - len(suffix)] + suffix, number + 1
    taken.add(name.casefold())
    return name


def _read_back(content: bytes, written: dict[str, dict[tuple[int, int], str]]) -> None:
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 – most processes read no workbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    for name, cells in written.items():
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        for (row, column), words in cells.items():
            found = rows[row][column] if row < len(rows) and column < len(rows[row]) else ""
            shown = str(int(found)) if isinstance(found, float) else str(found)
            if shown != words:
                raise PaperError(message("paper_templates.lost", words=" ".join(words.split())[:SHOWN]))
