"""A spreadsheet written as xlsx: values, the common formats, merges, sizes and hidden tabs."""

import io
import re
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from service.embedded.api_errors import Json, JsonValue
from service.embedded.book import ranges
from service.embedded.book.open_book import Book, SheetTab
from service.embedded.formulas.cell_errors import CellError
from service.embedded.sheets_api.render import Renderer

Worksheet = Any  # openpyxl's write interface, untyped in parts
_WRAPS = frozenset({"WRAP", "LEGACY_WRAP"})


def workbook(book: Book) -> bytes:
    """Return the whole file as xlsx; formulas are written as what they give."""
    target = Workbook()
    target.remove(target.worksheets[0])
    renderer = Renderer(book)
    taken: set[str] = set()
    for sheet in book.sheets:
        page = target.create_sheet(_free_title(sheet.title, taken))
        page.sheet_state = "hidden" if sheet.props.get("hidden") else "visible"
        _fill(page, book, sheet, renderer)
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


def _fill(page: Worksheet, book: Book, sheet: SheetTab, renderer: Renderer) -> None:
    for number, row in sheet.grid.rows():
        for column in range(max(len(row.values), len(row.styles))):
            value, style = sheet.grid.value(number, column), sheet.grid.style(number, column)
            if value is None and not style:
                continue
            cell = page.cell(number + 1, column + 1)
            _put(cell, renderer.effective(sheet, number, column, value))
            _dress(cell, book.styles.body(style).get("format", {}))
    for entry in sheet.parts.get("merges", []):
        area = ranges.grid_area(entry).within(sheet)
        page.merge_cells(ranges.a1_of(area, sheet).rpartition("!")[2])
    for index, entry in sheet.dimension("COLUMNS").items():
        if entry.get("pixelSize"):
            page.column_dimensions[get_column_letter(int(index) + 1)].width = entry["pixelSize"] / 7
    frozen = sheet.props["gridProperties"]
    if frozen.get("frozenRowCount") or frozen.get("frozenColumnCount"):
        page.freeze_panes = ranges.cell_name(frozen.get("frozenRowCount", 0), frozen.get("frozenColumnCount", 0))


def _put(cell: Worksheet, value: JsonValue) -> None:
    if isinstance(value, CellError):
        value = value.code
    if not isinstance(value, str):
        cell.value = value
        return
    # The cell's type is text, so that a text beginning with "=" does not become a formula.
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)[:32_767]
    cell.data_type = "s"


def _dress(cell: Worksheet, cell_format: Json) -> None:
    text = cell_format.get("textFormat", {})
    if text.get("bold") or text.get("italic"):
        cell.font = Font(bold=bool(text.get("bold")), italic=bool(text.get("italic")))
    colour = cell_format.get("backgroundColorStyle", {}).get("rgbColor") or cell_format.get("backgroundColor")
    if colour is not None:
        cell.fill = PatternFill("solid", fgColor=_hex(colour))
    if cell_format.get("wrapStrategy") in _WRAPS:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    number_format = cell_format.get("numberFormat", {})
    if number_format.get("type") == "TEXT":
        cell.number_format = "@"
    elif number_format.get("pattern"):
        cell.number_format = number_format["pattern"]


def _hex(colour: Json) -> str:
    shares = (min(max(float(colour.get(name, 0)), 0.0), 1.0) for name in ("red", "green", "blue"))
    return "".join(f"{round(255 * share):02X}" for share in shares)
