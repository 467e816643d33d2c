"""What requests are put together from: ranges, formats, values, and the look that all sheets share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from service.sheets.batches import Request
from sheets_schema.layout import Box, Tile

FONT = "Times New Roman"
LINE = {"style": "SOLID", "colorStyle": {"rgbColor": {"red": 0.4, "green": 0.4, "blue": 0.4}}}
GREY = {"red": 0.7, "green": 0.7, "blue": 0.7}
HEADER_FILL = {"red": 0.91, "green": 0.94, "blue": 0.98}
INPUT_FILL = {"red": 1.0, "green": 0.99, "blue": 0.92}


def format_cells(sheet: int, box: Box, cell_format: dict[str, Any], only: str = "") -> Request:
    """Return what gives the cells of a box a format; `only` names the fields that change, else all given."""
    fields = f"userEnteredFormat({only or ','.join(cell_format)})"
    cell = {"userEnteredFormat": cell_format}
    return {"repeatCell": {"range": box_range(sheet, box), "cell": cell, "fields": fields}}


def draw_borders(sheet: int, box: Box) -> Request:
    """Return what draws a line around every cell of a box."""
    sides = ("top", "bottom", "left", "right", "innerHorizontal", "innerVertical")
    return {"updateBorders": {"range": box_range(sheet, box), **dict.fromkeys(sides, LINE)}}


def write_texts(sheet: int, row: int, column: int, texts: Sequence[Sequence[str]]) -> Iterator[Request]:
    """Yield one write of typed strings: a string can never become a formula or a date."""
    if any(text for line in texts for text in line):
        yield write_values(sheet, row, column, [[{"stringValue": text} for text in line] for line in texts])


def write_values(sheet: int, row: int, column: int, values: Iterable[Iterable[dict[str, Any]]]) -> Request:
    """Return what writes typed values from a cell on."""
    rows = [{"values": [{"userEnteredValue": value} for value in line]} for line in values]
    start = {"sheetId": sheet, "rowIndex": row, "columnIndex": column}
    return {"updateCells": {"start": start, "rows": rows, "fields": "userEnteredValue"}}


def box_range(sheet: int, box: Box) -> dict[str, int]:
    """Return a box as a range of the API."""
    return tile_range(sheet, (box.start_row, box.end_row, box.start_column, box.end_column))


def tile_range(sheet: int, tile: Tile) -> dict[str, int]:
    """Return a tile as a range of the API; an edge that is None is left open."""
    names = ("startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex")
    return {"sheetId": sheet} | {name: edge for name, edge in zip(names, tile, strict=True) if edge is not None}


def column_range(sheet: int, index: int) -> dict[str, Any]:
    """Return one column as a range of the API."""
    return {"sheetId": sheet, "dimension": "COLUMNS", "startIndex": index, "endIndex": index + 1}
