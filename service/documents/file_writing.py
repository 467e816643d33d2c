"""Tables of ours as files to take away: .csv as Excel opens it, .xlsx ready for A4. No text in them is a formula.

xlsxwriter is loaded when a workbook is asked for: the web process starts without it.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import IO, TYPE_CHECKING, Any

from service.domain.printed_tables import CellLink, Chart, Line, LineStyle, Ordinal, Table, Value

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

BOM = "\ufeff"
LONGEST_CELL = 32_767  # what a cell of Excel holds; a longer text would be left out whole
LONGEST_URL = 2_000
MOST_LINKS = 65_530  # what a sheet of Excel holds; a label beyond them stays, as a text
PIXELS_PER_CHARACTER = 7
# what begins a formula, also behind spaces and letters without width: some program may leave those out
_UNSEEN = r"\s\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffd"
_FORMULA_START = re.compile(rf"[\t\r\n]|[{_UNSEEN}]*[=+\-@＝＋－＠]")
CHUNK = 64 * 1024
SAME_DAY = datetime(2000, 1, 1, tzinfo=UTC)

_IN_CSV = (LineStyle.HEADER, LineStyle.BODY)
# what XML cannot hold, and halves of characters
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
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
_DATES = {"day": "yyyy-mm-dd", "instant": "yyyy-mm-dd hh:mm:ss"}
_FONT = {"font_name": "Times New Roman", "font_size": 11}


def csv_lines(table: Table) -> Iterator[str]:
    """Yield a table's header and body as CSV, UTF-8 with a BOM once encoded; a link becomes its address."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    buffer.write(BOM)
    for line in table.lines:
        if line.style in _IN_CSV:
            writer.writerow([_csv_text(value) for value in line.values])
        if buffer.tell() >= CHUNK:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def _csv_text(value: Value) -> object:
    if isinstance(value, CellLink):
        return guarded(value.url)
    if isinstance(value, date):
        return value.isoformat()
    return guarded(value) if isinstance(value, str) else value


def guarded(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: an apostrophe comes before what would begin one."""
    clean = _UNWRITABLE.sub("\ufffd", text)
    return f"'{clean}" if _FORMULA_START.match(clean) else clean


def write_xlsx(tables: Sequence[Table], file: IO[bytes]) -> None:
    """Write tables as the sheets of one workbook: A4 landscape, header frozen and printed on every page."""
    from xlsxwriter import Workbook  # noqa: PLC0415 – the web process starts without it

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Workbook(file, options) as book:
        # the same tables make the same file, whenever it is made
        book.set_properties({"created": SAME_DAY})
        formats = _Formats(book)
        names: set[str] = set()
        for table in tables:
            name = _sheet_name(table.title, names)
            _write_sheet(book, book.add_worksheet(name), table, formats)


class _Formats:
    """The cell formats of one workbook, made when first used, and how many links its sheets have."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[LineStyle, str], Any] = {}
        self._links: Counter[str] = Counter()

    def may_link(self, sheet: Worksheet, url: str) -> bool:
        """Return True if a sheet takes one more link, to this address."""
        if not url.startswith(("https://", "http://")) or len(url) > LONGEST_URL:
            return False
        self._links[sheet.name] += 1
        return self._links[sheet.name] <= MOST_LINKS

    def of(self, style: LineStyle, kind: str = "") -> Any:  # noqa: ANN401 – xlsxwriter has no types
        """Return the format of a line; kind is "percent", "day", "instant", "link" or blank."""
        if (style, kind) not in self._made:
            more: dict[str, object] = {}
            if kind == "percent":
                more = {"num_format": "0.0%"}
            elif kind in _DATES:
                more = {"num_format": _DATES[kind]}
            elif kind == "link":
                more = {"font_color": "#1A4F9C", "underline": 1}
            self._made[style, kind] = self._book.add_format({**_FONT, **_FORMATS[style], **more})
        return self._made[style, kind]


def _sheet_name(title: str, taken: set[str]) -> str:
    """Return a name Excel takes: at most 31 characters, none of its own signs, none given twice."""
    plain = _SHEET_NAME_REFUSED.sub(" ", _clean(title)).strip("' ")[:31] or "Sheet"
    name, number = plain, 2
    while name.casefold() in taken:
        suffix = f" {number}"
        name, number = plain[: 31 - len(suffix)] + suffix, number + 1
    taken.add(name.casefold())
    return name


def _write_sheet(book: Workbook, sheet: Worksheet, table: Table, formats: _Formats) -> None:
    _set_up_page(sheet, table)
    for index, width in enumerate(table.widths):
        sheet.set_column(index, index, max(4, width / PIXELS_PER_CHARACTER))
    for number, line in enumerate(table.lines):
        _write_line(sheet, number, line, table, formats)
    for position, chart in enumerate(table.charts):
        _draw_chart(book, sheet, table, chart, position)


def _set_up_page(sheet: Worksheet, table: Table) -> None:
    sheet.set_paper(9)  # A4
    sheet.set_landscape()
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&A&R&P/&N")
    header = table.header_index
    if header is not None:
        sheet.freeze_panes(header + 1, 0)
        sheet.repeat_rows(header)


def _write_line(sheet: Worksheet, number: int, line: Line, table: Table, formats: _Formats) -> None:
    for column, value in enumerate(line.values):
        if value is None or (value == "" and line.style not in (LineStyle.BODY, LineStyle.TOTAL, LineStyle.HEADER)):
            continue
        _write_cell(sheet, (number, column), value, line.style, formats, column in table.percent_columns)


def _write_cell(
    sheet: Worksheet, place: tuple[int, int], value: Value, style: LineStyle, formats: _Formats, percent: bool
) -> None:
    row, column = place
    if isinstance(value, CellLink):
        _write_link(sheet, place, value, style, formats)
    elif isinstance(value, (int, float)):
        sheet.write_number(row, column, value, formats.of(style, "percent" if percent else ""))
    elif isinstance(value, date):
        _write_date(sheet, place, value, style, formats)
    elif isinstance(value, Ordinal):
        sheet.write_number(row, column, row + 1 - value.unnumbered, formats.of(style))
    elif value:
        sheet.write_string(row, column, _clean(value), formats.of(style))
    else:
        sheet.write_blank(row, column, None, formats.of(style))


def _write_date(sheet: Worksheet, place: tuple[int, int], value: date, style: LineStyle, formats: _Formats) -> None:
    """Write a day, or an instant as its own clock shows it: a workbook knows no zones."""
    kind = "instant" if isinstance(value, datetime) else "day"
    plain = value.replace(tzinfo=None) if isinstance(value, datetime) else value
    sheet.write_datetime(*place, plain, formats.of(style, kind))


def _write_link(sheet: Worksheet, place: tuple[int, int], link: CellLink, style: LineStyle, formats: _Formats) -> None:
    """Write a link of ours; one that Excel refuses, or that is one too many, becomes a text."""
    if formats.may_link(sheet, link.url):
        sheet.write_url(*place, link.url, formats.of(style, "link"), _clean(link.label))
    else:
        sheet.write_string(*place, _clean(link.label), formats.of(style))


def _clean(text: str) -> str:
    clean = _UNWRITABLE.sub("\ufffd", text)
    return clean if len(clean) <= LONGEST_CELL else clean[: LONGEST_CELL - 1] + "…"


def _draw_chart(book: Workbook, sheet: Worksheet, table: Table, chart: Chart, position: int) -> None:
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
    drawn.set_title({"name": _clean(chart.title)[:200], "name_font": {"size": 12}})
    drawn.set_legend({"position": "bottom"})
    drawn.set_size({"width": 620, "height": 320})
    sheet.insert_chart(1 + position * 17, table.column_count + 1, drawn)
