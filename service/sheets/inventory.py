"""What one masked `get` says of a spreadsheet beside the words of its cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from service.sheets.marks import column_marks_on, marks_on
from sheets_schema.grid import Merge

# one inventory is one read: tabs, their metadata, columns, protections and merges, no cells
FIELDS = (
    "properties(title,locale,timeZone,importFunctionsExternalUrlAccessAllowed),sheets("
    "properties(sheetId,title,index,hidden,rightToLeft,gridProperties(rowCount,columnCount,frozenRowCount,frozenColumnCount)),"
    "developerMetadata(metadataId,metadataKey,metadataValue,visibility),merges,conditionalFormats,"
    "charts(chartId),basicFilter(range),"
    "protectedRanges(protectedRangeId,range,description,editors,warningOnly),"
    "data(startColumn,columnMetadata(developerMetadata(metadataId,metadataKey,metadataValue,visibility))))"
)
# the numbers that cells hold: a date is one, however it is shown
NUMBERS = "startRow,rowData(values(effectiveValue(numberValue))),"
FIELDS_WITH_NUMBERS = FIELDS.replace("data(", f"data({NUMBERS}")
# of these no more than what tabs are read by
READING_FIELDS = (
    "sheets(properties(sheetId,title,gridProperties(rowCount,columnCount)),"
    "developerMetadata(metadataId,metadataKey,metadataValue,visibility),merges,"
    "conditionalFormats(ranges,booleanRule(condition(values(userEnteredValue)))),"
    f"data({NUMBERS}startColumn,"
    "columnMetadata(developerMetadata(metadataId,metadataKey,metadataValue,visibility))))"
)
# of a tab that people made larger than any form is, this much is read
MOST_ROWS = 10_000
MOST_COLUMNS = 60


@dataclass(frozen=True, slots=True)
class TabInventory:
    """What the inventory says of one tab."""

    sheet_id: int
    title: str
    row_count: int
    column_count: int
    metadata: Mapping[str, str]  # our own marks on it
    metadata_ids: Mapping[str, int]
    columns: Mapping[int, str]  # zero-based index → the column key in our own mark
    merges: tuple[Merge, ...]
    protections: tuple[Mapping[str, Any], ...]
    conditional_formats: tuple[Mapping[str, Any], ...]
    charts: tuple[int, ...]
    stray_marks: tuple[int, ...] = ()  # ids of marks that look like ours and are not believed
    is_hidden: bool = False
    is_right_to_left: bool = False
    frozen: tuple[int, int] = (0, 0)  # rows and columns
    has_filter: bool = False
    numbers: Mapping[tuple[int, int], float] = field(default_factory=dict)  # row and column → a cell's number
    column_mark_ids: Mapping[int, int] = field(default_factory=dict)  # by zero-based column

    @property
    def is_overgrown(self) -> bool:
        """Return True if only a part of it is read."""
        return self.row_count > MOST_ROWS or self.column_count > MOST_COLUMNS

    @property
    def read_size(self) -> tuple[int, int]:
        """Return how many rows and columns of it are read."""
        return min(self.row_count, MOST_ROWS), min(self.column_count, MOST_COLUMNS)

    @property
    def read_range(self) -> dict[str, int]:
        """Return the range that is read; without edges where that is all of it."""
        rows, columns = self.read_size
        edges = {"endRowIndex": rows, "endColumnIndex": columns} if self.is_overgrown else {}
        return {"sheetId": self.sheet_id} | edges


@dataclass(frozen=True, slots=True)
class Inventory:
    """What one masked `get` says of a spreadsheet."""

    spreadsheet_id: str
    title: str
    locale: str
    zone: str
    tabs: tuple[TabInventory, ...]
    imports_allowed: bool = False  # whether formulas may fetch from outside

    def tab(self, sheet_id: int) -> TabInventory | None:
        """Return the tab with this id, or None."""
        return next((tab for tab in self.tabs if tab.sheet_id == sheet_id), None)


def inventory_of(spreadsheet_id: str, answer: Mapping[str, Any], column_key: str) -> Inventory:
    """Return the inventory that a masked `get` answers; marks with `column_key` name a tab's columns."""
    properties = answer.get("properties", {})
    return Inventory(
        spreadsheet_id=spreadsheet_id,
        title=properties.get("title", ""),
        locale=properties.get("locale", ""),
        zone=properties.get("timeZone", ""),
        tabs=tuple(_tab(sheet, column_key) for sheet in answer.get("sheets", ())),
        imports_allowed=bool(properties.get("importFunctionsExternalUrlAccessAllowed")),
    )


def _tab(sheet: Mapping[str, Any], column_key: str) -> TabInventory:
    properties = sheet["properties"]
    grid = properties.get("gridProperties", {})
    on_tab = marks_on(sheet)
    on_columns = column_marks_on(sheet, column_key)
    return TabInventory(
        sheet_id=properties.get("sheetId", 0),
        title=properties.get("title", ""),
        row_count=grid.get("rowCount", 0),
        column_count=grid.get("columnCount", 0),
        metadata={mark.key: mark.value for mark in on_tab.believed},
        metadata_ids={mark.key: mark.id for mark in on_tab.believed},
        columns={mark.column: mark.value for mark in on_columns.believed},
        merges=tuple(_merge(item) for item in sheet.get("merges", ())),
        protections=tuple(sheet.get("protectedRanges", ())),
        conditional_formats=tuple(sheet.get("conditionalFormats", ())),
        charts=tuple(chart["chartId"] for chart in sheet.get("charts", ())),
        stray_marks=(*on_tab.stray, *on_columns.stray),
        is_hidden=bool(properties.get("hidden")),
        is_right_to_left=bool(properties.get("rightToLeft")),
        frozen=(grid.get("frozenRowCount", 0), grid.get("frozenColumnCount", 0)),
        has_filter="basicFilter" in sheet,
        numbers=dict(_numbers(sheet)),
        column_mark_ids={mark.column: mark.id for mark in on_columns.believed},
    )


def _numbers(sheet: Mapping[str, Any]) -> Iterator[tuple[tuple[int, int], float]]:
    for data in sheet.get("data", ()):
        top, left = data.get("startRow", 0), data.get("startColumn", 0)
        blank: Mapping[str, Any] = {}  # the last row without a number: most equal it
        for row, line in enumerate(data.get("rowData", ()), start=top):
            if line == blank:
                continue
            held = [cell.get("effectiveValue") for cell in line.get("values", ())]
            if not any(held):
                blank = line
                continue
            for column, value in enumerate(held, start=left):
                number = value.get("numberValue") if value else None
                if number is not None:
                    yield (row, column), number


def _merge(item: Mapping[str, int]) -> Merge:
    return Merge(
        start_row=item.get("startRowIndex", 0),
        end_row=item.get("endRowIndex", 0),
        start_column=item.get("startColumnIndex", 0),
        end_column=item.get("endColumnIndex", 0),
    )
