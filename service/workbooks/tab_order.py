"""What people changed in how a tab looks, and the requests that put it right; no request writes or clears a word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from service.domain.drift import DriftKind, Tile
from service.sheets.appearance import TabAppearance
from service.sheets.batches import Request
from service.sheets.inventory import MOST_COLUMNS, MOST_ROWS, TabInventory
from service.sheets.request_parts import INPUT_FILL
from sheets_schema.grid import Grid, Merge
from sheets_schema.layout import FEEDBACK_WIDTH, TabLayout

FROZEN_ROWS_MORE, FROZEN_COLUMNS = 5, 3  # that people may freeze below the header, and at the left
USUAL_WIDTH, USUAL_HEIGHT = 100, 21


@dataclass(frozen=True, slots=True)
class TabOrder:
    """One unit's tab as it should be and as it looks."""

    layout: TabLayout
    tab: TabInventory
    looks: TabAppearance
    tiles: Sequence[Tile]

    @property
    def _inputs(self) -> list[Tile]:
        return [tile for tile in self.tiles if tile.is_input]

    @property
    def unseen(self) -> list[tuple[int, int]]:
        """Return the unit's cells whose text cannot be seen."""
        return [cell for cell in self.looks.unseen if any(_holds(tile, *cell) for tile in self._inputs)]

    @property
    def merges(self) -> list[Merge]:
        """Return the merges in the rows that the unit fills."""
        tiles = [tile for tile in self._inputs if tile.place[0] > self.layout.header_row]
        return [
            merge
            for merge in self.tab.merges
            if any(_holds(tile, merge.start_row, merge.start_column) for tile in tiles)
        ]

    @property
    def frozen_too_much(self) -> bool:
        """Return True if so much is frozen that nothing is left to scroll."""
        rows, columns = self.tab.frozen
        return rows > self.layout.header_row + 1 + FROZEN_ROWS_MORE or columns > FROZEN_COLUMNS

    @property
    def spare_lines(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Return the rows and columns, half-open, beyond all that a form or a unit needs; where only we can write."""
        used_rows = max((row + 1 for row, line in enumerate(self.looks.grid.cells) if any(line)), default=0)
        used_columns = max((len(line) for line in self.looks.grid.cells if any(line)), default=0)
        rows = max([self.layout.row_count, used_rows, *(tile.place[1] for tile in self._inputs)])
        columns = max([self.layout.column_count, used_columns, *(tile.place[3] for tile in self._inputs)])
        return (rows, self.tab.row_count), (columns, self.tab.column_count)

    @property
    def is_overgrown_inside(self) -> bool:
        """Return True if it would still be too large without the spare lines."""
        (rows, _), (columns, _) = self.spare_lines
        return self.tab.is_overgrown and (rows >= MOST_ROWS or columns >= MOST_COLUMNS)

    def findings(self) -> Iterator[tuple[DriftKind, str]]:
        """Yield what differs, with a count where there is one."""
        tab, looks = self.tab, self.looks
        grown = DriftKind.OVERGROWN_INSIDE if self.is_overgrown_inside else DriftKind.OVERGROWN
        counted = (
            (DriftKind.TAB_HIDDEN, int(tab.is_hidden)),
            (DriftKind.RIGHT_TO_LEFT, int(tab.is_right_to_left)),
            (DriftKind.ROWS_HIDDEN, len(looks.hidden_rows)),
            (DriftKind.COLUMNS_HIDDEN, len(looks.hidden_columns)),
            (DriftKind.TEXT_UNSEEN, len(self.unseen)),
            (DriftKind.FROZEN, max(tab.frozen) if self.frozen_too_much else 0),
            (DriftKind.FILTERED, int(tab.has_filter) + len(looks.filter_views)),
            (DriftKind.COLLAPSED, len(looks.collapsed)),
            (DriftKind.CELLS_MERGED, len(self.merges)),
            (DriftKind.COVERED, len(tab.charts)),
        )
        yield from ((kind, str(count)) for kind, count in counted if count)
        if tab.is_overgrown:
            yield grown, f"{tab.row_count} × {tab.column_count}"

    def requests(self) -> list[Request]:
        """Return what puts it right, apart from its size."""
        sheet = self.tab.sheet_id
        grid: dict[str, int] = {}
        if self.frozen_too_much:
            grid = {"frozenRowCount": self.layout.header_row + 1, "frozenColumnCount": 0}
        fields = ["hidden"] * self.tab.is_hidden + ["rightToLeft"] * self.tab.is_right_to_left
        fields += ["gridProperties(frozenRowCount,frozenColumnCount)"] if grid else []
        requests: list[Request] = []
        if fields:
            properties = {"sheetId": sheet, "hidden": False, "rightToLeft": False, "gridProperties": grid}
            wanted = {name: properties[name] for name in ("sheetId", *(field.partition("(")[0] for field in fields))}
            requests.append({"updateSheetProperties": {"properties": wanted, "fields": ",".join(fields)}})
        if self.tab.has_filter:
            requests.append({"clearBasicFilter": {"sheetId": sheet}})
        requests += [{"deleteFilterView": {"filterId": view}} for view in self.looks.filter_views]
        requests += [_expanded(group) for group in self.looks.collapsed]
        requests += [_shown(sheet, "ROWS", first, end, USUAL_HEIGHT) for first, end in _runs(self.looks.hidden_rows)]
        requests += [_shown(sheet, "COLUMNS", one, one + 1, self._width(one)) for one in self.looks.hidden_columns]
        requests += [_seen(sheet, row, column) for row, column in self.unseen]
        requests += [request for merge in self.merges for request in _unmerged(sheet, merge, self.looks.grid)]
        requests += [{"deleteEmbeddedObject": {"objectId": chart}} for chart in self.tab.charts]
        return requests

    def cuts(self) -> list[Request]:
        """Return what takes the spare lines out of an overgrown tab; they must be known to hold nothing."""
        if not self.tab.is_overgrown:
            return []
        return [
            {"deleteDimension": {"range": _lines(self.tab.sheet_id, axis, first, end)}}
            for axis, (first, end) in zip(("ROWS", "COLUMNS"), self.spare_lines, strict=True)
            if first < end
        ]

    def _width(self, column: int) -> int:
        widths = [*(one.width for one in self.layout.form.columns), FEEDBACK_WIDTH]
        return widths[column] if column < len(widths) else USUAL_WIDTH


def _holds(tile: Tile, row: int, column: int) -> bool:
    top, end, left, right = tile.place
    return top <= row < end and left <= column < right


def _lines(sheet: int, axis: str, first: int, end: int) -> dict[str, object]:
    return {"sheetId": sheet, "dimension": axis, "startIndex": first, "endIndex": end}


def _shown(sheet: int, axis: str, first: int, end: int, size: int) -> Request:
    properties = {"hiddenByUser": False, "pixelSize": size}
    place = _lines(sheet, axis, first, end)
    return {"updateDimensionProperties": {"range": place, "properties": properties, "fields": "hiddenByUser,pixelSize"}}


def _expanded(group: Request) -> Request:
    wanted = {"range": group["range"], "depth": group.get("depth", 1), "collapsed": False}
    return {"updateDimensionGroup": {"dimensionGroup": wanted, "fields": "collapsed"}}


def _area(sheet: int, rows: tuple[int, int], columns: tuple[int, int]) -> dict[str, int]:
    return {
        "sheetId": sheet,
        "startRowIndex": rows[0],
        "endRowIndex": rows[1],
        "startColumnIndex": columns[0],
        "endColumnIndex": columns[1],
    }


def _seen(sheet: int, row: int, column: int) -> Request:
    place = _area(sheet, (row, row + 1), (column, column + 1))
    cell = {"userEnteredFormat": {"backgroundColor": INPUT_FILL}}
    fields = "userEnteredFormat(backgroundColor,textFormat(foregroundColor))"
    return {"repeatCell": {"range": place, "cell": cell, "fields": fields}}


def _unmerged(sheet: int, merge: Merge, grid: Grid) -> Iterator[Request]:
    """Yield what takes a merge apart; the rows that shared its text each keep it, as they were read."""
    rows, columns = (merge.start_row, merge.end_row), (merge.start_column, merge.end_column)
    yield {"unmergeCells": {"range": _area(sheet, rows, columns)}}
    source = _area(sheet, (merge.start_row, merge.start_row + 1), (merge.start_column, merge.start_column + 1))
    for row in range(merge.start_row + 1, min(merge.end_row, len(grid.cells))):
        beside = [text for column, text in enumerate(grid.cells[row]) if not columns[0] <= column < columns[1]]
        if any(text.strip() and text.upper() != "FALSE" for text in beside):
            target = _area(sheet, (row, row + 1), (merge.start_column, merge.start_column + 1))
            yield {"copyPaste": {"source": source, "destination": target, "pasteType": "PASTE_VALUES"}}


def _runs(indices: Iterable[int]) -> Iterator[tuple[int, int]]:
    first = end = -1
    for index in indices:
        if index != end:
            if end > first:
                yield first, end
            first = index
        end = index + 1
    if end > first:
        yield first, end
