"""Requests that replace the master's sheets at once: values, formats, sizes, charts. Links are the only formulas."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterator, Sequence
from typing import Any

from service.domain.tables import Chart, Line, LineStyle, Link, Table, Value
from service.sheets.tab_requests import FONT, HEADER_FILL, LINE
from service.sheets.verbs import Request

MASTER_KEY = "tonghop.master"
STAGING = "tonghop: vùng tạm"
# a sheet larger than this on the wire goes through the staging tab, in pieces of this size
STAGED_ABOVE = 2_000_000

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


def replace_sheet(table: Table, *, with_rows: bool = True) -> list[Request]:
    """Return what makes a sheet show exactly this table: its size first, so that leftovers fall away."""
    sheet = sheet_id_of(table.title)
    frozen = 0 if table.header_index is None else table.header_index + 1
    grid = {"rowCount": len(table.lines) + 1, "columnCount": table.column_count, "frozenRowCount": frozen}
    properties = {"sheetId": sheet, "gridProperties": grid}
    fields = "gridProperties(rowCount,columnCount,frozenRowCount)"
    everywhere = {"range": {"sheetId": sheet}, "cell": {}, "fields": "userEnteredFormat"}
    requests: list[Request] = [
        {"updateSheetProperties": {"properties": properties, "fields": fields}},
        *_widths(table, sheet),
        {"repeatCell": everywhere},
        *_formats(table, sheet),
    ]
    if with_rows:
        rows = [row_of(item) for item in table.lines]
        requests.append({"updateCells": {"range": {"sheetId": sheet}, "rows": rows, "fields": "userEnteredValue"}})
    return requests


def _formats(table: Table, sheet: int) -> Iterator[Request]:
    """Yield one request per run of lines of one style: formats by the cell would outweigh the words ten times."""
    start = 0
    for style, run in itertools.groupby(table.lines, key=lambda item: item.style):
        end = start + len(list(run))
        cell_format = _STYLES[style] | (_RULES if style in _RULED else {})
        if cell_format:
            yield _repeat(sheet, (start, end, 0, table.column_count), cell_format)
        if style in {LineStyle.BODY, LineStyle.TOTAL}:
            for column in range(table.column_count):
                number_format = _number_format(table, start, end, column)
                if number_format:
                    yield _repeat(sheet, (start, end, column, column + 1), number_format)
        start = end


def _number_format(table: Table, start: int, end: int, column: int) -> dict[str, Any]:
    """Return the format of one column in a run: words are TEXT, so that nothing typed over them is reinterpreted."""
    values = [item.values[column] for item in table.lines[start:end] if column < len(item.values)]
    if any(isinstance(value, str) and value for value in values):
        return _PLAIN_TEXT
    return _PERCENT if column in table.percent_columns and any(isinstance(value, float) for value in values) else {}


def _repeat(sheet: int, area: tuple[int, int, int, int], cell_format: dict[str, Any]) -> Request:
    names = ("startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex")
    where = {"sheetId": sheet} | dict(zip(names, area, strict=True))
    fields = f"userEnteredFormat({','.join(cell_format)})"
    return {"repeatCell": {"range": where, "cell": {"userEnteredFormat": cell_format}, "fields": fields}}


def row_of(item: Line) -> dict[str, Any]:
    """Return one line as typed cells."""
    return {"values": [_cell(value) for value in item.values]}


def _cell(value: Value) -> dict[str, Any]:
    if value is None or value == "":
        return {}
    if isinstance(value, Link):
        return {"userEnteredValue": {"formulaValue": hyperlink(value)}}
    if isinstance(value, str):
        # a typed string is never read as a number, a date or a formula
        return {"userEnteredValue": {"stringValue": value}}
    return {"userEnteredValue": {"numberValue": value}}


def hyperlink(link: Link) -> str:
    """Return our own link formula; `;` separates arguments in every locale."""
    url, label = (text.replace('"', '""') for text in (link.url, link.label))
    return f'=HYPERLINK("{url}";"{label}")'


def _widths(table: Table, sheet: int) -> Iterator[Request]:
    for index, width in enumerate(table.widths):
        where = {"sheetId": sheet, "dimension": "COLUMNS", "startIndex": index, "endIndex": index + 1}
        size = {"range": where, "properties": {"pixelSize": width}, "fields": "pixelSize"}
        yield {"updateDimensionProperties": size}


def chart_id_of(table: Table, chart: Chart) -> int:
    """Return the id a chart has for ever."""
    return int.from_bytes(hashlib.sha256(f"{table.title}/{chart.title}".encode()).digest()[:4], "big") & 0x3FFF_FFFF | 1


def draw_charts(table: Table, existing: Sequence[int]) -> list[Request]:
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


def _chart_spec(table: Table, chart: Chart) -> dict[str, Any]:
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


def staging_writes(table: Table, piece: int) -> Iterator[list[Request]]:
    """Yield the writes that fill the hidden staging sheet of a large table, each of about `piece` bytes."""
    sheet = sheet_id_of(STAGING + table.title)
    grid = {"rowCount": len(table.lines) + 1, "columnCount": table.column_count}
    properties = {"sheetId": sheet, "title": f"{STAGING} {table.title}"[:99], "hidden": True, "gridProperties": grid}
    yield [{"addSheet": {"properties": properties}}]
    start = 0
    rows: list[dict[str, Any]] = []
    size = 0
    for index, item in enumerate(table.lines):
        row = row_of(item)
        weight = len(json.dumps(row))
        if rows and size + weight > piece:
            yield [_staged(sheet, start, rows)]
            start, rows, size = index, [], 0
        rows.append(row)
        size += weight
    yield [_staged(sheet, start, rows)]


def _staged(sheet: int, start: int, rows: list[dict[str, Any]]) -> Request:
    where = {"sheetId": sheet, "rowIndex": start, "columnIndex": 0}
    return {"updateCells": {"start": where, "rows": rows, "fields": "userEnteredValue"}}


def replace_from_staging(table: Table) -> list[Request]:
    """Return what copies a staged table into its place and drops the staging sheet."""
    staging = sheet_id_of(STAGING + table.title)
    corner = {"startRowIndex": 0, "endRowIndex": len(table.lines) + 1, "startColumnIndex": 0}
    area = corner | {"endColumnIndex": table.column_count}
    copy = {
        "source": {"sheetId": staging, **area},
        "destination": {"sheetId": sheet_id_of(table.title), **area},
        "pasteType": "PASTE_FORMULA",
        "pasteOrientation": "NORMAL",
    }
    return [
        *replace_sheet(table, with_rows=False),
        {"copyPaste": copy},
        {"deleteSheet": {"sheetId": staging}},
    ]
