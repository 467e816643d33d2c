"""Tables as the sheets of a workbook: their page, their columns, their lines in styles, their charts."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import IO

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError

from service.documents.text_size import height_of, line_count, surely_on_a_line
from service.documents.xlsx_lines import BLANK, LineSheet, day_content, fitting, number_content, style_of, text_content
from service.domain.printed_tables import CellLink, Chart, Line, LineStyle, Ordinal, Table, Value

LONGEST_URL = 2_000
MOST_LINKS = 65_530  # what a sheet of Excel holds; a label beyond them stays, as a text
PIXELS_PER_CHARACTER = 7
SIZE = 11  # points
HIGHEST = 408.75  # points; Excel takes no higher line
PIXEL = 0.75  # points, of which lines are as many high
SMALLEST = 0.72  # of the size of a letter, that is 8 points on paper
PAGE = 1_027  # pixels across A4 on its side, between the margins
SAME_DAY = datetime(2000, 1, 1, tzinfo=UTC)

_SHEET_NAME_REFUSED = re.compile(r"[\[\]:*?/\\]")
_FORMATS: dict[LineStyle, dict[str, object]] = {
    LineStyle.TITLE: {"bold": True, "font_size": 14},
    LineStyle.SUBTITLE: {"bold": True},
    LineStyle.NOTE: {"italic": True},
    LineStyle.STAMP: {"italic": True},
    LineStyle.HEADER: {
        "bold": True,
        "text_wrap": True,
        "align": "center",
        "valign": "vcenter",
        "border": 1,
        "bg_color": "#E8EDF4",
    },
    LineStyle.GROUP: {"bold": True, "border": 1, "bg_color": "#F4F6F9"},
    LineStyle.BODY: {"text_wrap": True, "valign": "top", "border": 1},
    LineStyle.TOTAL: {"bold": True, "text_wrap": True, "valign": "top", "border": 1},
    LineStyle.BLANK: {},
}
_KINDS: dict[str, dict[str, object]] = {
    "": {},
    "percent": {"num_format": "0.0%"},
    "day": {"num_format": "yyyy-mm-dd"},
    "instant": {"num_format": "yyyy-mm-dd hh:mm:ss"},
    "link": {"font_color": "#1A4F9C", "underline": 1},
    # an address is there to be opened, hardly to be read
    "address": {"font_color": "#1A4F9C", "underline": 1, "text_wrap": False},
    "unlinked": {"text_wrap": False},
}
_FRAMED = (LineStyle.BODY, LineStyle.TOTAL, LineStyle.HEADER)  # whose empty cells have a border
_WRAPPED = {style: bool(how.get("bold")) for style, how in _FORMATS.items() if how.get("text_wrap")}  # are they bold?
_FONT = {"font_name": "Times New Roman", "font_size": SIZE}
_PADDING = 5  # pixels of a column beside its characters
_PIXELS = 96 / 25.4


def write(tables: Sequence[Table], file: IO[bytes]) -> None:
    """Write tables as the sheets of one workbook."""
    options: dict[str, object] = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    try:
        _write_book(tables, file, options)
    except FileCreateError as error:
        # what xlsxwriter makes of it where it packs the parts; elsewhere it leaves it as it is
        (reason,) = error.args
        raise reason if isinstance(reason, OSError) else OSError(str(error)) from error


def _write_book(tables: Sequence[Table], file: IO[bytes], options: dict[str, object]) -> None:
    with Workbook(file, options) as book:
        # the same tables make the same file, whenever it is made
        book.set_properties({"created": SAME_DAY})
        formats = _Formats(book)
        names: set[str] = set()
        for table in tables:
            name = _sheet_name(table.title, names)
            _write_sheet(book, book.add_worksheet(name, worksheet_class=LineSheet), table, formats)


class _Styles(dict[str, str]):
    """The styles of the cells of a kind of line by their own kind ("percent", "day" …), made when first used."""

    def __init__(self, book: Workbook, line: LineStyle) -> None:
        self._book, self._line = book, line

    def __missing__(self, kind: str) -> str:
        made = self._book.add_format({**_FONT, **_FORMATS[self._line], **_KINDS[kind]})
        self[kind] = style_of(made)
        return self[kind]


class _Formats:
    """The styles of one workbook, and how many links its sheets have."""

    def __init__(self, book: Workbook) -> None:
        self.of = {style: _Styles(book, style) for style in LineStyle}
        self._links: Counter[str] = Counter()

    def may_link(self, sheet: LineSheet, url: str) -> bool:
        """Return True if a sheet takes one more link, to this address."""
        if not url.startswith(("https://", "http://")) or len(url) > LONGEST_URL:
            return False
        self._links[sheet.name] += 1
        return self._links[sheet.name] <= MOST_LINKS


def _sheet_name(title: str, taken: set[str]) -> str:
    """Return a name Excel takes: at most 31 characters, none of its own signs, none given twice."""
    plain = _SHEET_NAME_REFUSED.sub(" ", fitting(title)).strip("' ")[:31] or "Sheet"
    name, number = plain, 2
    while name.casefold() in taken:
        suffix = f" {number}"
        name, number = plain[: 31 - len(suffix)] + suffix, number + 1
    taken.add(name.casefold())
    return name


def _write_sheet(book: Workbook, sheet: LineSheet, table: Table, formats: _Formats) -> None:
    _set_up_page(sheet, table)
    for index, width in enumerate(table.widths):
        sheet.set_column(index, index, max(4, width / PIXELS_PER_CHARACTER))
    heights = _Heights(table)
    number = -1
    for number, line in enumerate(table.lines):
        sheet.write_line(number, list(_cells(sheet, number, line, table, formats)), heights.of(line))
    if table.printed_columns is not None:
        sheet.print_area(0, 0, max(0, number), table.printed_columns - 1)
    for position, chart in enumerate(table.charts):
        _draw_chart(book, sheet, table, chart, position)


def _set_up_page(sheet: LineSheet, table: Table) -> None:
    sheet.set_paper(9)  # A4
    sheet.set_landscape()
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.set_footer("&L&A&R&P/&N")
    _fit_across(sheet, table)
    header = table.header_index
    if header is not None:
        sheet.freeze_panes(header + 1, 0)
        sheet.repeat_rows(header)


def _fit_across(sheet: LineSheet, table: Table) -> None:
    """Put a table on one page across, or on several where its letters would be too small to read."""
    widths = [max(4 * PIXELS_PER_CHARACTER, width) + _PADDING for width in table.widths[: table.printed_columns]]
    room = PAGE / SMALLEST
    if sum(widths) <= room:
        sheet.fit_to_pages(1, 0)
        return
    sheet.set_print_scale(round(100 * SMALLEST))
    sheet.print_across()
    if 0 < sum(widths[: table.repeated_columns]) <= room / 2:
        sheet.repeat_columns(0, table.repeated_columns - 1)


class _Heights:
    """How high lines are, so that no word of their wrapped cells is cut or printed over the next line."""

    def __init__(self, table: Table) -> None:
        self._widths = [(max(4 * PIXELS_PER_CHARACTER, width) + _PADDING) / _PIXELS for width in table.widths]
        self._short = {
            bold: [surely_on_a_line(width, SIZE, bold=bold) for width in self._widths] for bold in (False, True)
        }

    def of(self, line: Line) -> float | None:
        """Return the height of a line in points; None where one line of letters is enough."""
        bold = _WRAPPED.get(line.style)
        if bold is None:
            return None
        most = 1
        for value, width, short in zip(line.values, self._widths, self._short[bold], strict=False):
            words = _wrapped_words(value)
            if len(words) > short or "\n" in words:
                most = max(most, line_count(words, width, SIZE, bold=bold))
        return min(HIGHEST, math.ceil(height_of(most, SIZE) / PIXEL) * PIXEL) if most > 1 else None


def _wrapped_words(value: Value) -> str:
    if isinstance(value, CellLink):
        return "" if _is_address(value) else value.label
    return value if isinstance(value, str) else ""


def _is_address(link: CellLink) -> bool:
    return link.label == link.url


def _cells(sheet: LineSheet, row: int, line: Line, table: Table, formats: _Formats) -> Iterator[str]:
    """Yield style and content of each cell of a line, blank for none."""
    styles = formats.of[line.style]
    plain = styles[""]
    blank = plain + BLANK if line.style in _FRAMED else ""
    for column, value in enumerate(line.values):
        if isinstance(value, str):
            yield plain + text_content(value) if value else blank
        elif isinstance(value, (int, float)):
            yield styles["percent" if column in table.percent_columns else ""] + number_content(value)
        elif isinstance(value, date):
            yield styles["instant" if isinstance(value, datetime) else "day"] + day_content(value)
        elif isinstance(value, Ordinal):
            yield plain + number_content(row + 1 - value.unnumbered)
        elif isinstance(value, CellLink):
            yield styles[_link(sheet, (row, column), value, formats)] + text_content(value.label)
        else:
            yield ""


def _link(sheet: LineSheet, place: tuple[int, int], link: CellLink, formats: _Formats) -> str:
    """Put a link of ours behind a cell and return its kind: none where Excel refuses it, or it is one too many."""
    if not formats.may_link(sheet, link.url):
        return "unlinked" if _is_address(link) else ""
    sheet.write_url(*place, link.url)
    return "address" if _is_address(link) else "link"


def _draw_chart(book: Workbook, sheet: LineSheet, table: Table, chart: Chart, position: int) -> None:
    """Draw a stacked column chart over the table's own lines, right of them."""
    drawn = book.add_chart({"type": "column", "subtype": "stacked"})
    first, last = chart.header_line + 1, chart.end_line - 1
    for column in chart.value_columns:
        drawn.add_series(
            {
                "name": [sheet.name, chart.header_line, column],
                "categories": [sheet.name, first, chart.label_column, last, chart.label_column],
                "values": [sheet.name, first, column, last, column],
            }
        )
    drawn.set_title({"name": fitting(chart.title)[:200], "name_font": {"size": 12}})
    drawn.set_legend({"position": "bottom"})
    drawn.set_size({"width": 620, "height": 320})
    sheet.insert_chart(1 + position * 17, table.column_count + 1, drawn)
