"""A tab as a page shows it: texts, links, merged cells, widths. Two reads; the client asks for no more than that."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, NamedTuple

from service.sheets.paper_parts import LETTER, PAPER, Excerpt, excerpts, has_text, text_at, titles_of
from service.sheets.verbs import Sheets
from sheets_schema.grid import a1, column_letters

TABS_FIELDS = "properties(title),sheets(properties(sheetId,title,hidden,gridProperties(rowCount)))"
CELLS_FIELDS = (
    "sheets(properties(sheetId,gridProperties(frozenRowCount,frozenColumnCount)),merges,data(startRow,startColumn,rowMetadata(hiddenByUser),"
    "columnMetadata(pixelSize,hiddenByUser),rowData(values(formattedValue,hyperlink,dataValidation(condition(type)),"
    "effectiveFormat(horizontalAlignment,backgroundColor,wrapStrategy,textFormat(bold,italic))))))"
)
DEFAULT_WIDTH = 100
LONGEST = 3_000  # rows; a page is for looking, the spreadsheet's own client for more
MOST_WHOLE, FIRST_ROWS = 300, 100  # rows of a tab that is shown at once; those of a longer one, until all are asked for
ALL_ROWS = "all"  # of an address's argument `rows`
BLANKS_SHOWN = 2  # of a longer run of blank rows
_LAST_ROW = re.compile(r"[0-9]+\Z")
TICKS = {"TRUE": "☑", "FALSE": "☐"}


@dataclass(frozen=True, slots=True)
class TabName:
    """A tab in the list of tabs."""

    sheet_id: int
    title: str
    row_count: int = 0  # of its grid


@dataclass(frozen=True, slots=True)
class PageCell:
    """One cell, or several merged; `link` is "" or an address that the cell's writer asked for."""

    name: str  # A1
    text: str
    link: str = ""
    row_span: int = 1
    column_span: int = 1
    bold: bool = False
    italic: bool = False
    centred: bool = False
    shaded: bool = False
    spills: bool = False  # runs on over the blank cells to its right
    over: tuple[str, ...] = ()  # the names of those that it needs; they are part of it


@dataclass(frozen=True, slots=True)
class PageRow:
    """One row that is not hidden."""

    number: int
    cells: tuple[PageCell, ...]
    left_out: int = 0  # blank rows from this one on that are not shown; it has no cells then


@dataclass(frozen=True, slots=True)
class PagePart:
    """Columns of a tab side by side, with the rows that they fill."""

    widths: tuple[tuple[str, int], ...]  # letter and pixels of each column
    rows: tuple[PageRow, ...]
    titles: range = range(0)  # numbers of the rows that are the columns' titles, repeated on every sheet of paper
    number: int = 1  # of the parts that one table is printed in
    count: int = 1

    @property
    def is_tight(self) -> bool:
        """Return True if it fits on paper in smaller letters alone."""
        return sum(width for _, width in self.widths) > PAPER


@dataclass(frozen=True, slots=True)
class TabPage:
    """One tab and the names of its neighbours."""

    title: str  # the spreadsheet's
    tabs: tuple[TabName, ...]
    current: TabName
    whole: PagePart
    printed: tuple[
        PagePart, ...
    ]  # what fits on paper, table by table, its frozen columns in each part; none when the whole does
    row_count: int  # how many rows hold something; of a tab that was not read to its end, how many there are
    shown: int  # how many of them there are here


class Span(NamedTuple):
    """How far a cell reaches, and the column that holds its words: the first of its merge, shown or not."""

    left: int
    rows: int = 1
    columns: int = 1


Spans = dict[tuple[int, int], Span]  # by row and the first column that is shown


def needs_all(cell: str) -> bool:
    """Return True if cells, in A1 notation, may be on a page that is asked for whole alone."""
    row = _LAST_ROW.search(cell)
    return row is not None and int(row[0]) > FIRST_ROWS


def read_page(sheets: Sheets, spreadsheet_id: str, sheet_id: int, *, is_whole: bool = True) -> TabPage | None:
    """Read a tab, or the first rows of a long one; 0 is the first tab where none has that id. None: no such tab."""
    listed = sheets.look(spreadsheet_id, TABS_FIELDS)
    tabs = tuple(_names(listed))
    chosen = next((tab for tab in tabs if tab.sheet_id == sheet_id), None)
    if chosen is None and sheet_id == 0 and tabs:
        chosen = tabs[0]
    if chosen is None:
        return None
    # of a tab that no page can show whole, no more is asked for than the page shows: its answer may be larger than any
    area = {"sheetId": chosen.sheet_id}
    if chosen.row_count > LONGEST:
        area |= {"startRowIndex": 0, "endRowIndex": LONGEST if is_whole else MOST_WHOLE + 1}
    found = sheets.look_at(spreadsheet_id, CELLS_FIELDS, [area])
    sheet: Mapping[str, Any] = next(iter(found.get("sheets", ())), {})
    title = str(listed.get("properties", {}).get("title", ""))
    return _page(title, (tabs, chosen), sheet, is_whole=is_whole)


def _names(spreadsheet: Mapping[str, Any]) -> Iterator[TabName]:
    for sheet in spreadsheet.get("sheets", ()):
        properties = sheet.get("properties", {})
        if not properties.get("hidden"):
            rows = properties.get("gridProperties", {}).get("rowCount", 0)
            yield TabName(properties.get("sheetId", 0), properties.get("title", ""), rows)


def _page(
    title: str, named: tuple[tuple[TabName, ...], TabName], sheet: Mapping[str, Any], *, is_whole: bool
) -> TabPage:
    tabs, chosen = named
    data: Mapping[str, Any] = next(iter(sheet.get("data", ())), {})
    rows = data.get("rowData", ())
    used = max((index for index, row in enumerate(rows) if has_text(row)), default=-1) + 1
    most = LONGEST if is_whole or used <= MOST_WHOLE else FIRST_ROWS
    columns = max((_width_used(row) for row in rows[:used]), default=0)
    merges = tuple(sheet.get("merges", ()))
    columns = max(
        [columns, *(merge.get("endColumnIndex", 0) for merge in merges if merge.get("startRowIndex", 0) < used)]
    )
    sizes = data.get("columnMetadata", ())
    kept = {index: _pixels(sizes, index) for index in range(columns) if not _hidden(sizes, index)}

    grid = sheet.get("properties", {}).get("gridProperties", {})
    frozen = (min(grid.get("frozenRowCount", 0), used), grid.get("frozenColumnCount", 0))
    shown = min(used, most)

    def part(excerpt: Excerpt) -> PagePart:
        spans, covered = _spans(merges, excerpt.last, tuple(excerpt.columns))
        spans = _begun_before(rows, excerpt) | spans
        lines = _rows(data, rows, excerpt, (spans, covered))
        widths = tuple((column_letters(index), width) for index, width in excerpt.columns.items())
        shown_rows = tuple(_run_on(line, widths, is_title=line.number in excerpt.titles) for line in lines)
        return PagePart(widths, shown_rows, excerpt.titles, excerpt.number, excerpt.count)

    return TabPage(
        title=title,
        tabs=tabs,
        current=chosen,
        whole=part(Excerpt(kept, 0, shown, titles_of(rows[: frozen[0]]), frozen[1])),
        printed=tuple(part(excerpt) for excerpt in excerpts(rows[:shown], kept, frozen)),
        row_count=used if chosen.row_count <= LONGEST else chosen.row_count,
        shown=shown,
    )


def _run_on(row: PageRow, widths: Sequence[tuple[str, int]], *, is_title: bool) -> PageRow:
    """Return a row where a text that needs the blank cells to its right has them; a title has all of them."""
    cells: list[PageCell] = []
    room = 0  # pixels that the last cell's text still needs
    may = False
    at = 0
    for cell in row.cells:
        width = sum(pixels for _, pixels in widths[at : at + cell.column_span])
        at += cell.column_span
        if may and not cell.text and (cell.row_span, cell.column_span) == (1, 1) and (is_title or room > 0):
            longer = cells[-1]
            cells[-1] = replace(longer, column_span=longer.column_span + 1, over=(*longer.over, cell.name))
            room -= width
            continue
        cells.append(cell)
        may = bool(cell.text) and cell.row_span == 1 and (cell.spills or is_title)
        room = LETTER * max(map(len, cell.text.split("\n"))) + LETTER - width if may else 0
    return replace(row, cells=tuple(cells))


def _begun_before(rows: Sequence[Mapping[str, Any]], excerpt: Excerpt) -> Spans:
    """Return the words further left that go for the first column of a part too, where nothing is above or in it."""
    if excerpt.first:  # a table below: what stands beside it, in columns that it does not fill
        first, begin, end = min(excerpt.columns), 0, excerpt.last if excerpt.number == 1 else excerpt.first
    else:
        begin, end = excerpt.frozen, excerpt.titles.stop - 1
        first = next((column for column in excerpt.columns if column >= begin), begin)
    return {
        (row, first): Span(above[-1])
        for row in range(excerpt.first, end)
        if (above := [column for column in range(begin, first + 1) if text_at(rows[row], column)])
    }


def _rows(
    data: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
    excerpt: Excerpt,
    joined_cells: tuple[Spans, set[tuple[int, int]]],
) -> Iterator[PageRow]:
    spans, covered = joined_cells
    joined = {row for row, _ in covered}
    shown_columns = [*excerpt.columns, max(excerpt.columns, default=0) + 1]
    beside_each = dict(pairwise(shown_columns))
    blanks: list[PageRow] = []
    for index in range(excerpt.first, excerpt.last):
        if _hidden(data.get("rowMetadata", ()), index):
            continue
        row = rows[index]
        values = row.get("values", ())
        cells = [
            _cell((index, column), values, spans.get((index, column), Span(column)), beside)
            for column, beside in beside_each.items()
            if (index, column) not in covered
        ]
        shown = PageRow(index + 1, tuple(cells))
        if has_text(row) or index in joined:
            yield from _shortened(blanks)
            blanks = []
            yield shown
        else:
            blanks.append(shown)


def _shortened(blanks: list[PageRow]) -> Iterator[PageRow]:
    """Yield a run of blank rows, most of a long one as a gap: a form keeps a hundred free rows."""
    yield from blanks[:BLANKS_SHOWN]
    rest = blanks[BLANKS_SHOWN:]
    if len(rest) > BLANKS_SHOWN:
        yield PageRow(rest[0].number, (), len(rest))
    else:
        yield from rest


def _spans(
    merges: tuple[Mapping[str, int], ...], row_count: int, columns: Sequence[int]
) -> tuple[Spans, set[tuple[int, int]]]:
    """Return how far the first cell that is shown of each merge reaches, and the cells it covers."""
    spans: Spans = {}
    covered: set[tuple[int, int]] = set()
    for merge in merges:
        top, left = merge.get("startRowIndex", 0), merge.get("startColumnIndex", 0)
        bottom = min(merge.get("endRowIndex", 0), row_count)
        across = [column for column in columns if left <= column < merge.get("endColumnIndex", 0)]
        if top < bottom and across:
            spans[top, across[0]] = Span(left, bottom - top, len(across))
            covered |= {(row, column) for row in range(top, bottom) for column in across} - {(top, across[0])}
    return spans, covered


def _cell(at: tuple[int, int], values: Sequence[Mapping[str, Any]], span: Span, beside: int) -> PageCell:
    row, column = at[0], span.left
    value: Mapping[str, Any] = values[column] if column < len(values) else {}
    neighbour: Mapping[str, Any] = values[beside] if beside < len(values) else {}
    shape = value.get("effectiveFormat", {})
    text_format = shape.get("textFormat", {})
    wraps = shape.get("wrapStrategy") == "WRAP"
    centred = shape.get("horizontalAlignment") == "CENTER"
    return PageCell(
        name=a1(row + 1, at[1]),
        text=_text(value),
        link=str(value.get("hyperlink", "")),
        row_span=span.rows,
        column_span=span.columns,
        bold=bool(text_format.get("bold")),
        italic=bool(text_format.get("italic")),
        centred=centred,
        shaded=_is_shaded(shape.get("backgroundColor", {})),
        spills=not (wraps or centred) and (span.rows, span.columns) == (1, 1) and not neighbour.get("formattedValue"),
    )


def _text(value: Mapping[str, Any]) -> str:
    text = str(value.get("formattedValue", ""))
    is_tick = value.get("dataValidation", {}).get("condition", {}).get("type") == "BOOLEAN"
    return TICKS.get(text, text) if is_tick else text


def _is_shaded(colour: Mapping[str, float]) -> bool:
    """Return True if a background is anything but white; an absent part of a colour that is there is 0."""
    return bool(colour) and any(colour.get(part, 0) < 1 for part in ("red", "green", "blue"))


def _width_used(row: Mapping[str, Any]) -> int:
    return max(
        (index + 1 for index, value in enumerate(row.get("values", ())) if value.get("formattedValue")), default=0
    )


def _hidden(dimension: Any, index: int) -> bool:  # noqa: ANN401 – a list of JSON objects
    return index < len(dimension) and bool(dimension[index].get("hiddenByUser"))


def _pixels(dimension: Any, index: int) -> int:  # noqa: ANN401 – a list of JSON objects
    return int(dimension[index].get("pixelSize", DEFAULT_WIDTH)) if index < len(dimension) else DEFAULT_WIDTH
