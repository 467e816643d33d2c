"""A spreadsheet written as xlsx: values, formats, merges, sizes, hidden tabs, and how its pages are printed."""

import io
import re
from collections.abc import Iterator
from copy import copy
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils import get_column_letter

from service.embedded.api_errors import Json, JsonValue
from service.embedded.book import ranges
from service.embedded.book.open_book import Book, SheetTab
from service.embedded.drive import xlsx_heights, xlsx_pages, xlsx_styles
from service.embedded.formulas.cell_errors import CellError
from service.embedded.sheets_api.cell_showing import merged_format
from service.embedded.sheets_api.render import Renderer

Worksheet = Any  # openpyxl's write interface, untyped in parts
STEPS_OF_MERGED = 2  # a cell: the library makes each one
_Text = tuple[int, int, str, int]  # row, column, text, style


def workbook(book: Book) -> bytes:
    """Return the whole file as xlsx; formulas are written as what they give."""
    target = Workbook()
    target.remove(target.worksheets[0])
    renderer, dresser = Renderer(book), _Dresser(book)
    taken: set[str] = set()
    for sheet in book.sheets:
        page = target.create_sheet(_free_title(sheet.title, taken))
        page.sheet_state = "hidden" if sheet.props.get("hidden") else "visible"
        texts = _fill(page, sheet, renderer, dresser)
        _size_columns(page, sheet)
        _size_rows(page, sheet, _heights(sheet, texts, dresser))
        _view(page, sheet)
        filled = [(row, column) for row, column, text, _ in texts if text]
        xlsx_pages.set_up(page, sheet, dresser.commonest, filled)
    text = io.BytesIO()
    target.save(text)
    return text.getvalue()


def _free_title(title: str, taken: set[str]) -> str:
    bare = re.sub(r"[\\/*?:\[\]]", "_", title)[:31] or "_"
    candidate, number = bare, 1
    while candidate.casefold() in taken:
        number += 1
        candidate = f"{bare[:27]} {number}"
    taken.add(candidate.casefold())
    return candidate


def _fill(page: Worksheet, sheet: SheetTab, renderer: Renderer, dresser: "_Dresser") -> list[_Text]:
    """Write the cells, and return their texts."""
    dresser.begin()
    texts: list[_Text] = []
    for number, row in sheet.grid.rows():
        for column in range(max(len(row.values), len(row.styles))):
            value, style = sheet.grid.value(number, column), sheet.grid.style(number, column)
            if value is None and not style:
                continue
            cell = page.cell(number + 1, column + 1)
            _put(cell, renderer.effective(sheet, number, column, value))
            dresser.dress(cell, style, has_text=value is not None)
            if value is not None:
                texts.append((number, column, "" if cell.value is None else str(cell.value), style))
    for entry in sheet.parts.get("merges", []):
        area = ranges.grid_area(entry).within(sheet)
        renderer.book.work.spend(STEPS_OF_MERGED * len(area.rows) * len(area.columns))
        page.merge_cells(ranges.a1_of(area, sheet).rpartition("!")[2])
    return texts


def _size_columns(page: Worksheet, sheet: SheetTab) -> None:
    page.sheet_format.defaultColWidth = xlsx_pages.characters(xlsx_pages.DEFAULT_WIDTH)
    for index, entry in _sized(sheet, "COLUMNS"):
        column = page.column_dimensions[get_column_letter(index + 1)]
        column.width = xlsx_pages.characters(entry.get("pixelSize", xlsx_pages.DEFAULT_WIDTH))
        column.hidden = bool(entry.get("hiddenByUser"))


def _size_rows(page: Worksheet, sheet: SheetTab, needed: dict[int, float]) -> None:
    """Set rows to their sizes; one without a size is as high as its texts need."""
    for index, height in needed.items():
        page.row_dimensions[index + 1].height = height
    for index, entry in _sized(sheet, "ROWS"):
        row = page.row_dimensions[index + 1]
        if entry.get("pixelSize"):
            row.height = entry["pixelSize"] * xlsx_heights.PIXELS_TO_POINTS
        row.hidden = bool(entry.get("hiddenByUser") or entry.get("hiddenByFilter"))


def _heights(sheet: SheetTab, texts: list[_Text], dresser: "_Dresser") -> dict[int, float]:
    """Return how high rows must be for their texts; one merged over several rows has room enough."""
    joined = {}
    for entry in sheet.parts.get("merges", []):
        merged = ranges.grid_area(entry).within(sheet)
        joined[merged.rows.start, merged.columns.start] = merged
    needed: dict[int, float] = {}
    for row, column, text, style in texts:
        area = joined.get((row, column))
        if area is not None and len(area.rows) > 1:
            continue
        columns = range(column, column + 1) if area is None else area.columns
        width = sum(xlsx_pages.width_of(sheet, one) for one in columns)
        height = xlsx_heights.height_of(text, dresser.shape(style), width)
        needed[row] = max(needed.get(row, 0.0), height)
    return needed


def _sized(sheet: SheetTab, axis: str) -> Iterator[tuple[int, Json]]:
    for index, entry in sheet.dimension(axis).items():
        if entry.get("pixelSize") or entry.get("hiddenByUser") or entry.get("hiddenByFilter"):
            yield int(index), entry


def _view(page: Worksheet, sheet: SheetTab) -> None:
    grid = sheet.props["gridProperties"]
    if grid.get("frozenRowCount") or grid.get("frozenColumnCount"):
        page.freeze_panes = ranges.cell_name(grid.get("frozenRowCount", 0), grid.get("frozenColumnCount", 0))
    page.sheet_view.showGridLines = not grid.get("hideGridlines")


def _put(cell: Worksheet, value: JsonValue) -> None:
    if isinstance(value, CellError):
        value = value.code
    if not isinstance(value, str):
        cell.value = value
        return
    # The cell's type is text, so that a text beginning with "=" does not become a formula.
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)[:32_767]
    cell.data_type = "s"


class _Dresser:
    """The formats of a book, each made once, and which size of letters a tab's texts have."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._made: dict[int, Any] = {}
        self._shapes: dict[int, Json] = {}
        self._counts: dict[float, int] = {}

    def begin(self) -> None:
        """Count letters again, for another tab."""
        self._counts = {}

    @property
    def commonest(self) -> float:
        """The size of most texts of the tab, in points."""
        return max(self._counts, key=lambda size: self._counts[size], default=0.0) or xlsx_styles.USUAL_SIZE

    def shape(self, style: int) -> Json:
        """Return a format, the defaults of the spreadsheet in it."""
        if style not in self._shapes:
            own = self._book.styles.body(style).get("format", {})
            self._shapes[style] = merged_format(self._book.props["defaultFormat"], own)
        return self._shapes[style]

    def dress(self, cell: Worksheet, style: int, *, has_text: bool) -> None:
        """Give a cell its format."""
        if style not in self._made:
            xlsx_styles.dress(cell, self.shape(style))
            self._made[style] = cell._style
        else:
            cell._style = copy(self._made[style])
        if has_text:
            size = xlsx_styles.size_of(self.shape(style))
            self._counts[size] = self._counts.get(size, 0) + 1
