"""A unit's tab as the editor needs it, read from the API's answer. Pure: nothing here knows Flask or a network."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from service.sheets.marks import COLUMN_KEY, FEEDBACK_KEY, column_marks_on
from service.sheets.tab_requests import INPUT_NOTE
from sheets_schema.grid import Merge
from sheets_schema.layout import Box, feedback_title

_SHAPE_FIELDS = (
    "properties(sheetId,title,gridProperties(rowCount,columnCount)),merges,"
    "protectedRanges(range,description,requestingUserCanEdit)"
)
# what a page is drawn from
PAGE_FIELDS = (
    f"sheets({_SHAPE_FIELDS},data(rowMetadata(hiddenByUser),columnMetadata(pixelSize,hiddenByUser),"
    "rowData(values(formattedValue,dataValidation(condition,inputMessage),"
    "effectiveFormat(horizontalAlignment,textFormat(bold,italic))))))"
)
# what a page is kept up to date by
TEXT_FIELDS = f"sheets({_SHAPE_FIELDS},data(rowData(values(formattedValue,dataValidation(condition(type))))))"
# only the service learns which column is which
COLUMN_FIELDS = (
    "sheets(properties(sheetId),data(startColumn,"
    "columnMetadata(developerMetadata(metadataId,metadataKey,metadataValue,visibility))))"
)
DEFAULT_WIDTH = 100
_SPAN = ("startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex")


@dataclass(frozen=True, slots=True)
class CellLook:
    """How a cell is set, and what helps to fill it."""

    bold: bool = False
    italic: bool = False
    align: str = ""  # left, center, right
    tick: bool = False
    hint: str = ""
    choices: tuple[str, ...] = ()


PLAIN = CellLook()


@dataclass(frozen=True)
class EditorTab:
    """One tab; rows and columns are zero-based, texts as people see them."""

    title: str
    row_count: int
    column_count: int
    cells: tuple[tuple[str, ...], ...]
    looks: tuple[tuple[CellLook, ...], ...]
    merges: tuple[Merge, ...]
    columns: Mapping[int, str]  # which column is which key, by metadata
    widths: tuple[int, ...]
    hidden_rows: frozenset[int]
    hidden_columns: frozenset[int]
    inputs: tuple[Box, ...]  # what the reader may write

    def text(self, row: int, column: int) -> str:
        """Return a cell's text, blank beyond what is filled."""
        line = self.cells[row] if row < len(self.cells) else ()
        return line[column] if column < len(line) else ""

    def look(self, row: int, column: int) -> CellLook:
        """Return how a cell is set."""
        line = self.looks[row] if row < len(self.looks) else ()
        return line[column] if column < len(line) else PLAIN

    def is_input(self, row: int, column: int) -> bool:
        """Return True if the reader may write this cell; only the first of merged cells is one."""
        return (row, column) in self._inputs

    @cached_property
    def feedback_column(self) -> int | None:
        """The column that is ours to answer in, by its title or its mark; None when it is gone."""
        title = feedback_title()
        lines = (
            line for row, line in enumerate(self.cells) if title in line and not self.is_input(row, line.index(title))
        )
        titled = next((line.index(title) for line in lines), None)
        marked = next((index for index, key in self.columns.items() if key == FEEDBACK_KEY), None)
        return marked if titled is None else titled

    @cached_property
    def layout(self) -> str:
        """Fingerprint of everything but what may be typed: another one means that cells have moved."""
        given = [
            [row, column, text]
            for row, line in enumerate(self.cells)
            for column, text in enumerate(line)
            if text and column != self.feedback_column and not self.is_input(row, column)
        ]
        merges = [[merge.start_row, merge.end_row, merge.start_column, merge.end_column] for merge in self.merges]
        shape = [self.row_count, self.column_count, merges, sorted(self.columns.items()), sorted(self._inputs)]
        return _digest([given, shape])

    @property
    def version(self) -> str:
        """Fingerprint of all that is typed and given; our own feedback does not change it."""
        typed = [[row, column, self.text(row, column)] for row, column in sorted(self._inputs)]
        return _digest([self.layout, [cell for cell in typed if cell[2]]])

    def with_texts(self, texts: Mapping[tuple[int, int], str]) -> EditorTab:
        """Return the tab with some cells written."""
        lines = [list(line) for line in self.cells]
        for (row, column), text in texts.items():
            while len(lines) <= row:
                lines.append([])
            lines[row] += [""] * (column + 1 - len(lines[row]))
            lines[row][column] = text
        return replace(self, cells=tuple(tuple(line) for line in lines))

    @cached_property
    def _inputs(self) -> frozenset[tuple[int, int]]:
        covered = {
            (row, column)
            for merge in self.merges
            for row in range(merge.start_row, merge.end_row)
            for column in range(merge.start_column, merge.end_column)
            if (row, column) != (merge.start_row, merge.start_column)
        }
        return frozenset(
            (row, column)
            for box in self.inputs
            for row in range(box.start_row, min(box.end_row, self.row_count))
            for column in range(box.start_column, min(box.end_column, self.column_count))
            if (row, column) not in covered
        )


def tab_of(answer: Mapping[str, Any], named: Mapping[str, Any], sheet_id: int) -> EditorTab | None:
    """Read the API's answers for one tab, that on its columns apart; None when the tab is not there."""
    found = _sheet(answer, sheet_id)
    if found is None:
        return None
    grid = found["properties"].get("gridProperties", {})
    data = _data(found)
    lines = [row.get("values", ()) for row in data.get("rowData", ())]
    columns = data.get("columnMetadata", ())
    return EditorTab(
        title=found["properties"].get("title", ""),
        row_count=grid.get("rowCount", 0),
        column_count=grid.get("columnCount", 0),
        cells=tuple(tuple(str(value.get("formattedValue", "")) for value in line) for line in lines),
        looks=tuple(tuple(_look(value) for value in line) for line in lines),
        merges=tuple(Merge(*_span(merge, grid)) for merge in found.get("merges", ())),
        columns={
            mark.column: mark.value for mark in column_marks_on(_sheet(named, sheet_id) or {}, COLUMN_KEY).believed
        },
        widths=tuple(int(column.get("pixelSize", DEFAULT_WIDTH)) for column in columns),
        hidden_rows=_hidden(data.get("rowMetadata", ())),
        hidden_columns=_hidden(columns),
        inputs=tuple(_inputs(found, grid)),
    )


def _sheet(answer: Mapping[str, Any], sheet_id: int) -> Mapping[str, Any] | None:
    sheets = answer.get("sheets", ())
    return next((sheet for sheet in sheets if sheet.get("properties", {}).get("sheetId", 0) == sheet_id), None)


def _data(sheet: Mapping[str, Any]) -> Mapping[str, Any]:
    return next(iter(sheet.get("data", ())), {})


def _look(value: Mapping[str, Any]) -> CellLook:
    rule, shape = value.get("dataValidation", {}), value.get("effectiveFormat", {})
    condition, text = rule.get("condition", {}), shape.get("textFormat", {})
    listed = condition.get("values", ()) if condition.get("type") == "ONE_OF_LIST" else ()
    return CellLook(
        bold=bool(text.get("bold")),
        italic=bool(text.get("italic")),
        align=str(shape.get("horizontalAlignment", "")).lower(),
        tick=condition.get("type") == "BOOLEAN",
        hint=rule.get("inputMessage", ""),
        choices=tuple(str(choice.get("userEnteredValue", "")) for choice in listed),
    )


def _inputs(sheet: Mapping[str, Any], grid: Mapping[str, int]) -> Iterator[Box]:
    for item in sheet.get("protectedRanges", ()):
        if item.get("description") == INPUT_NOTE and item.get("requestingUserCanEdit"):
            yield Box(*_span(item.get("range", {}), grid))


def _span(area: Mapping[str, int], grid: Mapping[str, int]) -> tuple[int, int, int, int]:
    edges = (0, grid.get("rowCount", 0), 0, grid.get("columnCount", 0))
    top, bottom, left, right = (area.get(name, edge) for name, edge in zip(_SPAN, edges, strict=True))
    return top, bottom, left, right


def _hidden(dimension: Sequence[Mapping[str, Any]]) -> frozenset[int]:
    return frozenset(index for index, part in enumerate(dimension) if part.get("hiddenByUser"))


def _digest(content: object) -> str:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:20]
