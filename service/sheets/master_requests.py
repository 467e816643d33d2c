"""Requests that bring the master's sheets up to date: values, formats, sizes, charts.

Links and running numbers are the only formulas.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from service.domain.printed_tables import CellLink, Chart, Line, LineStyle, Ordinal, Sheet, Value
from service.sheets.batches import Request
from service.sheets.request_parts import FONT, HEADER_FILL, LINE
from sheets_schema.wording import SHEET_LANGUAGE, text

STATE_NOTE = text("sheets.state_note", SHEET_LANGUAGE)

_TEXT = {"fontFamily": FONT, "fontSize": 11}
_STYLES: dict[LineStyle, dict[str, Any]] = {
    LineStyle.TITLE: {"textFormat": {"fontFamily": FONT, "fontSize": 14, "bold": True}},
    LineStyle.SUBTITLE: {"textFormat": {"fontFamily": FONT, "fontSize": 12, "bold": True}},
    LineStyle.NOTE: {"textFormat": {"fontFamily": FONT, "fontSize": 11, "italic": True}},
    LineStyle.STAMP: {"textFormat": {"fontFamily": FONT, "fontSize": 11, "italic": True}},
    LineStyle.HEADER: {
        "textFormat": {**_TEXT, "bold": True},
        "backgroundColor": HEADER_FILL,
        "wrapStrategy": "WRAP",
        "horizontalAlignment": "CENTER",
        "verticalAlignment": "MIDDLE",
    },
    LineStyle.GROUP: {"textFormat": {**_TEXT, "bold": True}},
    LineStyle.BODY: {"textFormat": _TEXT, "wrapStrategy": "WRAP", "verticalAlignment": "TOP"},
    LineStyle.TOTAL: {"textFormat": {**_TEXT, "bold": True}},
    LineStyle.BLANK: {},
}
_WORDED = frozenset({LineStyle.BODY, LineStyle.TOTAL})
_RULED = frozenset({LineStyle.HEADER, LineStyle.GROUP, LineStyle.BODY, LineStyle.TOTAL})
_RULES = {"borders": dict.fromkeys(("top", "bottom", "left", "right"), LINE)}
_PERCENT = {"numberFormat": {"type": "PERCENT", "pattern": "0.0%"}}
_PLAIN_TEXT = {"numberFormat": {"type": "TEXT"}}


def sheet_id_of(title: str) -> int:
    """Return the id a master's sheet has for ever, from its title."""
    return int.from_bytes(hashlib.sha256(f"master/{title}".encode()).digest()[:4], "big") & 0x3FFF_FFFF | 1


def create_sheets(titles: Sequence[str], existing: Sequence[int]) -> list[Request]:
    """Return what adds the sheets a master lacks; the file's first empty sheet is the caller's to delete."""
    return [
        {"addSheet": {"properties": {"sheetId": sheet_id_of(title), "title": title, "index": index}}}
        for index, title in enumerate(titles)
        if sheet_id_of(title) not in existing
    ]


def lay_out(sheet: Sheet) -> list[Request]:
    """Return what gives a sheet its size and widths and takes all looks away; leftovers fall with the size."""
    sheet_id = sheet_id_of(sheet.title)
    frozen = next((at for at, item in enumerate(sheet.blocks[0].make()) if item.style is LineStyle.HEADER), -1) + 1
    grid = {
        "rowCount": sheet.line_count + 1,
        "columnCount": sheet.column_count,
        "frozenRowCount": frozen,
        "frozenColumnCount": sheet.frozen_columns,
    }
    properties = {"sheetId": sheet_id, "gridProperties": grid}
    fields = "gridProperties(rowCount,columnCount,frozenRowCount,frozenColumnCount)"
    return [
        {"updateSheetProperties": {"properties": properties, "fields": fields}},
        *_widths(sheet, sheet_id),
        {"repeatCell": {"range": {"sheetId": sheet_id}, "cell": {}, "fields": "userEnteredFormat"}},
        # whatever stands below or right of the table
        {"updateCells": {"range": {"sheetId": sheet_id}, "fields": "userEnteredValue"}},
    ]


def make_room(sheet_id: int, row: int, before: int, count: int) -> list[Request]:
    """Return what makes `count` lines of `before` at a row; what stands below moves along."""
    if count == before:
        return []
    first, last = row + min(before, count), row + max(before, count)
    lines = {"sheetId": sheet_id, "dimension": "ROWS", "startIndex": first, "endIndex": last}
    if count > before:
        return [{"insertDimension": {"range": lines, "inheritFromBefore": first > 0}}]
    return [{"deleteDimension": {"range": lines}}]


@dataclass(slots=True)
class _Run:
    """Consecutive lines of one style; per column whether it holds words, or shares."""

    style: LineStyle
    start: int
    end: int
    unsaid: list[int]  # columns without a word so far
    words: set[int] = field(default_factory=set)
    shares: set[int] = field(default_factory=set)

    def learn(self, values: Sequence[Value], percent_columns: Collection[int]) -> None:
        """Learn from a line what its columns hold."""
        there = len(values)
        said = [one for one in self.unsaid if one < there and isinstance(values[one], str) and values[one]]
        if said:
            self.words.update(said)
            self.unsaid = [column for column in self.unsaid if column not in self.words]
        for column in percent_columns:
            if column < there and isinstance(values[column], float):
                self.shares.add(column)


class Looks:
    """Learns the looks of lines as they pass: one request a run, formats by the cell would outweigh the words."""

    def __init__(self, sheet: Sheet, row: int) -> None:
        self._sheet = sheet
        self._first = self._row = row
        self._runs: list[_Run] = []

    def see(self, item: Line) -> None:
        """Learn from the next line."""
        if not self._runs or self._runs[-1].style is not item.style:
            self._runs.append(_Run(item.style, self._row, self._row, list(range(self._sheet.column_count))))
        run = self._runs[-1]
        self._row = run.end = self._row + 1
        if item.style in _WORDED:
            run.learn(item.values, self._sheet.percent_columns)

    def requests(self) -> Iterator[Request]:
        """Yield what gives the lines seen their looks; whatever looks were there fall away."""
        sheet_id, width = sheet_id_of(self._sheet.title), self._sheet.column_count
        if self._row > self._first:
            yield _repeat(sheet_id, (self._first, self._row, 0, width), {}, "userEnteredFormat")
        for run in self._runs:
            cell_format = _STYLES[run.style] | (_RULES if run.style in _RULED else {})
            if cell_format:
                yield _repeat(sheet_id, (run.start, run.end, 0, width), cell_format)
            # words are TEXT, so that nothing typed over them is reinterpreted
            for columns, number_format in ((run.words, _PLAIN_TEXT), (run.shares - run.words, _PERCENT)):
                for first, last in _spans(columns):
                    yield _repeat(sheet_id, (run.start, run.end, first, last), number_format)


def _spans(columns: set[int]) -> Iterator[tuple[int, int]]:
    """Yield the spans of neighbouring columns."""
    start: int | None = None
    for column in sorted(columns):
        if start is None:
            start = column
        if column + 1 not in columns:
            yield start, column + 1
            start = None


def _repeat(sheet: int, area: tuple[int, int, int, int], cell_format: dict[str, Any], fields: str = "") -> Request:
    cell = {"userEnteredFormat": cell_format} if cell_format else {}
    return repeat_cell(area_of(sheet, area), cell, fields or f"userEnteredFormat({','.join(cell_format)})")


def repeat_cell(area: Mapping[str, int], cell: Mapping[str, Any], fields: str) -> Request:
    """Return what makes every cell of an area the same in some fields."""
    return {"repeatCell": {"range": area, "cell": cell, "fields": fields}}


def area_of(sheet: int, area: tuple[int, int, int, int]) -> dict[str, int]:
    """Return a grid range: first and last row, first and last column, the last ones excluded."""
    names = ("startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex")
    return {"sheetId": sheet} | dict(zip(names, area, strict=True))


def write_rows(area: Mapping[str, int], rows: Sequence[Any]) -> Request:
    """Return what makes an area show rows of cells; what it showed before is gone."""
    return {"updateCells": {"range": area, "rows": list(rows), "fields": "userEnteredValue"}}


def row_of(item: Line) -> dict[str, Any]:
    """Return one line as typed cells."""
    return {"values": [cell_of(value) for value in item.values]}


def cell_of(value: Value) -> dict[str, Any]:
    """Return a value as a typed cell."""
    if isinstance(value, str):
        # a typed string is never read as a number, a date or a formula
        return {"userEnteredValue": {"stringValue": value}} if value else {}
    if value is None:
        return {}
    if isinstance(value, CellLink):
        return formula_cell(hyperlink(value))
    if isinstance(value, Ordinal):
        return formula_cell(f"=ROW()-{value.unnumbered}")
    return {"userEnteredValue": {"numberValue": value}}


def formula_cell(formula: str) -> dict[str, Any]:
    """Return a formula of ours as a typed cell."""
    return {"userEnteredValue": {"formulaValue": formula}}


def hyperlink(link: CellLink) -> str:
    """Return our own link formula; `;` separates arguments in every locale."""
    url, label = link.url.replace('"', '""'), link.label.replace('"', '""')
    return f'=HYPERLINK("{url}";"{label}")'


def _widths(table: Sheet, sheet: int) -> Iterator[Request]:
    for index, width in enumerate(table.widths):
        where = {"sheetId": sheet, "dimension": "COLUMNS", "startIndex": index, "endIndex": index + 1}
        size = {"range": where, "properties": {"pixelSize": width}, "fields": "pixelSize"}
        yield {"updateDimensionProperties": size}


def chart_id_of(table: Sheet, chart: Chart) -> int:
    """Return the id a chart has for ever."""
    return int.from_bytes(hashlib.sha256(f"{table.title}/{chart.title}".encode()).digest()[:4], "big") & 0x3FFF_FFFF | 1


def draw_charts(table: Sheet, existing: Sequence[int]) -> list[Request]:
    """Return what draws a table's charts, or points those that are there at its present lines."""
    requests: list[Request] = []
    for number, chart in enumerate(table.charts):
        chart_id = chart_id_of(table, chart)
        spec = _chart_spec(table, chart)
        if chart_id in existing:
            requests.append({"updateChartSpec": {"chartId": chart_id, "spec": spec}})
        else:
            anchor = {"sheetId": sheet_id_of(table.title), "rowIndex": 1 + 18 * number, "columnIndex": 5}
            position = {"overlayPosition": {"anchorCell": anchor, "widthPixels": 640, "heightPixels": 340}}
            requests.append({"addChart": {"chart": {"chartId": chart_id, "spec": spec, "position": position}}})
    return requests


def _chart_spec(table: Sheet, chart: Chart) -> dict[str, Any]:
    def source(column: int) -> dict[str, Any]:
        area = {
            "sheetId": sheet_id_of(table.title),
            "startRowIndex": chart.header_line,
            "endRowIndex": chart.end_line,
            "startColumnIndex": column,
            "endColumnIndex": column + 1,
        }
        return {"sourceRange": {"sources": [area]}}

    return {
        "title": chart.title,
        "basicChart": {
            "chartType": "COLUMN",
            "legendPosition": "BOTTOM_LEGEND",
            "stackedType": "STACKED",
            "headerCount": 1,
            "domains": [{"domain": source(chart.label_column)}],
            "series": [{"series": source(column), "targetAxis": "LEFT_AXIS"} for column in chart.value_columns],
        },
    }


def state_id_of(fingerprint: str) -> int:
    """Return the id that stands for what the master shows."""
    return int(fingerprint[:8], 16) & 0x3FFF_FFFF | 1


def keep_state(sheet_id: int, fingerprint: str, users: Sequence[str], former: Sequence[int]) -> list[Request]:
    """Return what makes the master carry the sign of what it shows, in the place of the former one.

    Without the former sign, or where the new one stands already, the whole batch is refused: two writers never change
    one state twice, and a batch whose answer was lost is never applied again.
    """
    protected = {
        "protectedRangeId": state_id_of(fingerprint),
        "range": area_of(sheet_id, (0, 1, 0, 1)),
        "description": STATE_NOTE,
        "warningOnly": False,
        "editors": {"users": list(users), "domainUsersCanEdit": False},
    }
    return [
        *({"deleteProtectedRange": {"protectedRangeId": one}} for one in former),
        {"addProtectedRange": {"protectedRange": protected}},
    ]
