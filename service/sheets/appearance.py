"""How tabs look to people: what is hidden, squeezed, filtered, grouped, or written in the colour of its background."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.errors import SheetsRefusedError
from service.sheets.batches import Request, chunks
from service.sheets.inventory import TabInventory
from service.sheets.verbs import Sheets, shaped
from sheets_schema.grid import Grid

FIELDS = (
    "sheets(properties(sheetId),filterViews(filterViewId),rowGroups(range,depth,collapsed),"
    "columnGroups(range,depth,collapsed),data(rowMetadata(hiddenByUser,hiddenByFilter,pixelSize),"
    "columnMetadata(hiddenByUser,hiddenByFilter,pixelSize),"
    "rowData(values(formattedValue,userEnteredFormat(backgroundColor,textFormat(foregroundColor))))))"
)
CELLS_PER_LOOK = 100_000
LOWEST_ROW, NARROWEST_COLUMN = 8, 20  # pixels; what is smaller cannot be read
LEAST_CONTRAST = 1.6  # of text and background; black on white has 21
WHITE, BLACK = {"red": 1.0, "green": 1.0, "blue": 1.0}, {"red": 0.0, "green": 0.0, "blue": 0.0}


@dataclass(frozen=True, slots=True)
class TabAppearance:
    """One tab as people see it; rows and columns are zero-based."""

    grid: Grid
    hidden_rows: tuple[int, ...]
    hidden_columns: tuple[int, ...]
    unseen: tuple[tuple[int, int], ...]  # cells whose text has the colour of their background
    filter_views: tuple[int, ...]
    collapsed: tuple[Request, ...]  # groups of rows and columns


def appearances(sheets: Sheets, spreadsheet_id: str, tabs: Sequence[TabInventory]) -> dict[int, TabAppearance]:
    """Return how tabs look, by sheet id; one that cannot be read is left out. One read, or several for many cells."""
    found: dict[int, TabAppearance] = {}
    for batch in chunks(tabs, CELLS_PER_LOOK):
        found |= _together(sheets, spreadsheet_id, batch)
    return found


def _together(sheets: Sheets, spreadsheet_id: str, tabs: Sequence[TabInventory]) -> dict[int, TabAppearance]:
    try:
        answer = sheets.look_at(spreadsheet_id, FIELDS, [tab.read_range for tab in tabs])
    except SheetsRefusedError:
        if len(tabs) == 1:
            return {}
        middle = len(tabs) // 2
        return _together(sheets, spreadsheet_id, tabs[:middle]) | _together(sheets, spreadsheet_id, tabs[middle:])
    with shaped():
        return {sheet.get("properties", {}).get("sheetId", 0): _appearance(sheet) for sheet in answer.get("sheets", ())}


def _appearance(sheet: Mapping[str, Any]) -> TabAppearance:
    data: Mapping[str, Any] = next(iter(sheet.get("data", ())), {})
    lines = [row.get("values", ()) for row in data.get("rowData", ())]
    groups = [*sheet.get("rowGroups", ()), *sheet.get("columnGroups", ())]
    return TabAppearance(
        grid=Grid(tuple(tuple(str(cell.get("formattedValue", "")) for cell in line) for line in lines)),
        hidden_rows=tuple(_unreadable(data.get("rowMetadata", ()), LOWEST_ROW)),
        hidden_columns=tuple(_unreadable(data.get("columnMetadata", ()), NARROWEST_COLUMN)),
        unseen=tuple(
            (row, column)
            for row, line in enumerate(lines)
            for column, cell in enumerate(line)
            if cell.get("formattedValue") and _is_unseen(cell.get("userEnteredFormat", {}))
        ),
        filter_views=tuple(view["filterViewId"] for view in sheet.get("filterViews", ())),
        collapsed=tuple(group for group in groups if group.get("collapsed")),
    )


def _unreadable(lines: Sequence[Mapping[str, Any]], least: int) -> Iterator[int]:
    for index, line in enumerate(lines):
        if line.get("hiddenByUser") or line.get("hiddenByFilter") or line.get("pixelSize", least) < least:
            yield index


def _is_unseen(shape: Mapping[str, Any]) -> bool:
    text = shape.get("textFormat", {}).get("foregroundColor", BLACK)
    lighter, darker = sorted((_luminance(text), _luminance(shape.get("backgroundColor", WHITE))), reverse=True)
    return (lighter + 0.05) / (darker + 0.05) < LEAST_CONTRAST


def _luminance(colour: Mapping[str, float]) -> float:
    """Return a colour's relative luminance (WCAG 2, without the linear part near black)."""
    parts = (("red", 0.2126), ("green", 0.7152), ("blue", 0.0722))
    return sum(weight * math.pow(float(colour.get(name, 0.0)), 2.2) for name, weight in parts)
