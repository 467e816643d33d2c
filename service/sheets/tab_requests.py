"""Requests that make a unit's tab what its layout says. They never write into an input cell that exists already."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

from service.domain.renewal import (
    AppendLines,
    Axis,
    DeleteLines,
    InsertLines,
    Move,
    MoveCell,
    MoveLine,
    Renewal,
    grown,
)
from service.sheets.batches import Request
from service.sheets.inventory import TabInventory
from service.sheets.mark_requests import new_marks, renewed_marks, set_metadata
from service.sheets.marks import ORPHANED, TEMPLATE_KEY
from service.sheets.request_parts import GREY, box_range, format_cells, tile_range, write_texts, write_values
from service.sheets.tab_content import conditional_formats, first_values, own_content
from service.sheets.tab_identity import TabIdentity
from sheets_schema.layout import Box, TabLayout, Tile, locked_tiles
from sheets_schema.wording import SHEET_LANGUAGE, text

INPUT_NOTE = text("sheets.input_note", SHEET_LANGUAGE)
LOCKED_NOTE = text("sheets.locked_note", SHEET_LANGUAGE)


def template_of(layout: TabLayout, identity: TabIdentity) -> str:
    """Return the fingerprint of everything we write on a tab: another one means the template changed."""
    content = [
        list(own_content(layout, identity.sheet_id)),
        list(tiles_of(layout)),
        identity.service,
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()[:16]


def create_tab(
    layout: TabLayout, identity: TabIdentity, index: int, summary: str = "", *, template: str = ""
) -> list[Request]:
    """Return what makes a new tab: protected first, then filled, then named by metadata.

    `summary` is the first feedback on the whole tab; `template` is the fingerprint of the layout before it was fitted
    to more rows, where it was.
    """
    sheet = identity.sheet_id
    properties = {
        "sheetId": sheet,
        "title": identity.title,
        "index": index,
        "gridProperties": {
            "rowCount": layout.row_count,
            "columnCount": layout.column_count,
            "frozenRowCount": layout.header_row + 1,
            "hideGridlines": True,
        },
    }
    return [
        {"addSheet": {"properties": properties}},
        *_protections(layout, identity),
        *own_content(layout, sheet),
        *first_values(layout, sheet),
        *write_texts(sheet, layout.summary.start_row, layout.summary.start_column, [[summary]]),
        *conditional_formats(layout, sheet),
        *new_marks(layout, identity, template or template_of(layout, identity)),
    ]


def renew_tab(renewal: Renewal, identity: TabIdentity, found: TabInventory, template: str) -> list[Request]:
    """Return what gives an existing tab a changed template; what the unit typed stays, or goes where the plan says.

    `template` is the fingerprint of the layout before it was fitted to the tab.
    """
    layout, sheet = renewal.layout, identity.sheet_id
    stale = [
        {"deleteProtectedRange": {"protectedRangeId": item["protectedRangeId"]}}
        for item in found.protections
        if item.get("description") in {INPUT_NOTE, LOCKED_NOTE}
    ]
    grid = {
        "rowCount": max(layout.row_count, found.row_count + grown(renewal.moves, Axis.ROWS)),
        "columnCount": max(layout.column_count, found.column_count + grown(renewal.moves, Axis.COLUMNS)),
        "frozenRowCount": layout.header_row + 1,
    }
    # a tab that was an orphan's loses its grey
    fields = "gridProperties(rowCount,columnCount,frozenRowCount),tabColorStyle"
    deleted = [{"deleteConditionalFormatRule": {"sheetId": sheet, "index": 0}}] * len(found.conditional_formats)
    heading = box_range(sheet, Box(0, layout.header_row, 0, layout.column_count))
    own = box_range(sheet, Box(0, layout.row_count, 0, layout.column_count))
    return [
        *stale,
        # before lines are taken out: a rule goes with the last line of its range
        *deleted,
        *_moved(renewal, sheet),
        {"updateSheetProperties": {"properties": {"sheetId": sheet, "gridProperties": grid}, "fields": fields}},
        {"unmergeCells": {"range": heading}},
        # hints and boxes of the former template go; the new one's are set below
        {"setDataValidation": {"range": own}},
        *_protections(layout, identity),
        *own_content(layout, sheet),
        *(write_values(sheet, row, column, [[{"boolValue": False}]]) for row, column in renewal.new_ticks),
        *conditional_formats(layout, sheet),
        *renewed_marks(layout, identity, found, template),
    ]


def _moved(renewal: Renewal, sheet: int) -> Iterator[Request]:
    """Yield the plan's moves; the rows above the header, when made again, lose the formats of what was there."""
    for merge in renewal.unmerged:
        box = Box(merge.start_row, merge.end_row, merge.start_column, merge.end_column)
        yield {"unmergeCells": {"range": box_range(sheet, box)}}
    for move in renewal.moves:
        yield _move(move, sheet)
    if renewal.moves:
        upper = {"sheetId": sheet, "startRowIndex": 0, "endRowIndex": renewal.layout.header_row}
        yield {"repeatCell": {"range": upper, "cell": {}, "fields": "userEnteredFormat"}}
        for index in renewal.kept_columns:
            box = Box(renewal.layout.header_row, renewal.layout.table.end_row, index, index + 1)
            yield format_cells(sheet, box, {"backgroundColor": GREY}, "backgroundColor")


def _move(move: Move, sheet: int) -> Request:
    match move:
        case InsertLines():
            # rows above all take no formats, others those of their neighbour before
            lines = _lines(sheet, move.axis, move.at, move.count)
            return {"insertDimension": {"range": lines, "inheritFromBefore": move.at > 0}}
        case AppendLines():
            return {"appendDimension": {"sheetId": sheet, "dimension": move.axis.value, "length": move.count}}
        case MoveLine():
            return {"moveDimension": {"source": _lines(sheet, move.axis, move.at, 1), "destinationIndex": move.to}}
        case DeleteLines():
            return {"deleteDimension": {"range": _lines(sheet, move.axis, move.at, move.count)}}
        case MoveCell():
            (row, column), (to_row, to_column) = move.source, move.target
            source = box_range(sheet, Box(row, row + 1, column, column + 1))
            destination = {"sheetId": sheet, "rowIndex": to_row, "columnIndex": to_column}
            return {"cutPaste": {"source": source, "destination": destination, "pasteType": "PASTE_NORMAL"}}


def _lines(sheet: int, axis: Axis, at: int, count: int) -> dict[str, Any]:
    return {"sheetId": sheet, "dimension": axis.value, "startIndex": at, "endIndex": at + count}


def set_editors(tile: int, users: Iterable[str]) -> Request:
    """Return what makes these, and no others, the editors of a protected range."""
    protected = {
        "protectedRangeId": tile,
        "warningOnly": False,
        "editors": {"users": sorted(users), "domainUsersCanEdit": False},
    }
    return {"updateProtectedRange": {"protectedRange": protected, "fields": "warningOnly,editors"}}


def mark_orphan(found: TabInventory, service: str) -> list[Request]:
    """Return what locks and greys the tab of a unit that left the roster; its words stay."""
    if found.metadata.get(TEMPLATE_KEY) == ORPHANED:
        return []
    users = [service] if service else []
    locked = [
        {
            "updateProtectedRange": {
                "protectedRange": {
                    "protectedRangeId": item["protectedRangeId"],
                    "editors": {"users": users, "domainUsersCanEdit": False},
                },
                "fields": "editors",
            }
        }
        for item in found.protections
        if item.get("description") == INPUT_NOTE and set(item.get("editors", {}).get("users", ())) - set(users)
    ]
    properties = {"sheetId": found.sheet_id, "tabColorStyle": {"rgbColor": GREY}}
    return [
        *locked,
        {"updateSheetProperties": {"properties": properties, "fields": "tabColorStyle"}},
        set_metadata(found, TEMPLATE_KEY, ORPHANED),
    ]


def tiles_of(layout: TabLayout) -> Iterator[tuple[Tile, bool]]:
    """Yield the disjoint tiles of a tab, and whether the unit may write there."""
    for box in layout.inputs:
        yield (box.start_row, box.end_row, box.start_column, box.end_column), True
    for tile in locked_tiles(layout.inputs):
        yield tile, False


def _protections(layout: TabLayout, identity: TabIdentity) -> Iterator[Request]:
    for tile, is_input in tiles_of(layout):
        users = sorted({identity.service, *(identity.let_in if is_input else ())})
        protected = {
            "range": tile_range(identity.sheet_id, tile),
            "description": INPUT_NOTE if is_input else LOCKED_NOTE,
            "warningOnly": False,
            "editors": {"users": [user for user in users if user], "domainUsersCanEdit": False},
        }
        yield {"addProtectedRange": {"protectedRange": protected}}
