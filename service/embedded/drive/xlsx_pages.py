"""How a tab is printed: A4, lying where it is wide, its titles on every page, letters as large as it can have them."""

from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl.utils import get_column_letter

from service.embedded.book import ranges
from service.embedded.book.open_book import SheetTab

Worksheet = Any  # openpyxl's write interface, untyped in parts
DEFAULT_WIDTH = 100  # pixels of a column
A4 = 9
UPRIGHT, LYING = 718, 1047  # pixels of columns on A4 within margins of 10 mm, at full size
MARGIN, BOTTOM, FOOT = 0.39, 0.7, 0.3  # inches
NAME = 200  # pixels: a column wider than this holds what its rows are called by
LEGIBLE = 11.0  # points: no text of this size or more becomes smaller than it on paper


def set_up(page: Worksheet, sheet: SheetTab, letters: float, filled: Iterable[tuple[int, int]]) -> None:
    """Set up a tab's pages; `letters` is the size of most of its texts, in points, `filled` where they are."""
    used = _used(filled, sheet)
    if used is None:
        return
    rows, columns = used
    widths = [width_of(sheet, column) for column in range(columns)]
    grid = sheet.props["gridProperties"]
    is_wide = sum(widths) > UPRIGHT
    repeated = _repeated(widths, grid.get("frozenColumnCount", 0))
    across = _pages_across(widths, repeated, LYING if is_wide else UPRIGHT, letters)
    page.page_setup.paperSize = A4
    page.page_setup.orientation = "landscape" if is_wide else "portrait"
    page.page_setup.fitToWidth = across
    page.page_setup.pageOrder = "overThenDown"
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    margins = page.page_margins
    margins.left = margins.right = margins.top = MARGIN
    margins.bottom, margins.footer = BOTTOM, FOOT
    page.oddFooter.center.text = "&P/&N"
    page.print_area = f"A1:{get_column_letter(columns)}{rows}"
    titles = _titles(page, grid.get("frozenRowCount", 0), rows)
    if titles:
        page.print_title_rows = f"{titles[0]}:{titles[-1]}"
    if repeated and across > 1:
        page.print_title_cols = f"A:{get_column_letter(repeated)}"


def characters(pixels: float) -> float:
    """Return a column's width as xlsx counts it: digits of the usual font, and a margin of five pixels."""
    return round(max(float(pixels) - 5, 0) / 7, 2)


def _used(filled: Iterable[tuple[int, int]], sheet: SheetTab) -> tuple[int, int] | None:
    """Return how many rows and columns hold words, with what is merged with them; None for none."""
    rows, columns = 0, 0
    for row, column in filled:
        rows, columns = max(rows, row + 1), max(columns, column + 1)
    if not rows:
        return None
    for entry in sheet.parts.get("merges", []):
        area = ranges.grid_area(entry).within(sheet)
        if (area.top or 0) < rows and (area.left or 0) < columns:
            rows, columns = max(rows, area.bottom or 0), max(columns, area.right or 0)
    return rows, columns


def width_of(sheet: SheetTab, column: int) -> int:
    """Return how wide a column is, in pixels; a hidden one has no width."""
    entry = sheet.dimension("COLUMNS").get(str(column), {})
    return 0 if entry.get("hiddenByUser") else int(entry.get("pixelSize", DEFAULT_WIDTH))


def _repeated(widths: Sequence[int], frozen: int) -> int:
    """Return how many columns every page has: the frozen ones, else those up to the first wide one, which is a name.

    None where they would take half of a page.
    """
    wide = next((index for index, width in enumerate(widths, start=1) if width > NAME), 0)
    count = frozen or wide
    return count if 0 < sum(widths[:count]) <= LYING / 2 and count < len(widths) else 0


def _pages_across(widths: Sequence[int], frozen: int, paper: int, letters: float) -> int:
    """Return on how many pages side by side a tab goes so that its letters stay legible: one where they do."""
    room = paper * max(1.0, letters / LEGIBLE)
    repeated = sum(widths[:frozen])
    pages, left = 1, room - repeated
    for width in widths[frozen:]:
        if width > left and left < room - repeated:
            pages, left = pages + 1, room - repeated
        left -= width
    return pages


def _titles(page: Worksheet, frozen: int, rows: int) -> range:
    """Return the numbers of the last frozen row and of those right above it that hold several headings too.

    What is above them is the title of the tab, and single values with their labels.
    """
    last = min(frozen, rows)
    first = last - 1
    while first > 0 and _has_headings(page, first):
        first -= 1
    return range(max(first, 0) + 1, last + 1)


def _has_headings(page: Worksheet, row: int) -> bool:
    cells = [cell for cell in page[row] if cell.value not in (None, "")]
    return len(cells) > 1 and all(cell.font.bold for cell in cells)
