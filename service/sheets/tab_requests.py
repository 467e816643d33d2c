"""Requests that make a unit's tab what its layout says. They never write into an input cell that exists already."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
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
from service.domain.tab_shape import shape_of
from service.sheets.cell_marks import is_mark, unused_rules
from service.sheets.verbs import Request, TabInventory
from sheets_schema.campaign import ValueType
from sheets_schema.layout import FEEDBACK_WIDTH, Box, HeadingStyle, TabLayout, Tile, feedback_title, locked_tiles
from sheets_schema.wording import SHEET_LANGUAGE, text

UNIT_KEY = "tonghop.unit"
FORM_KEY = "tonghop.form"
TEMPLATE_KEY = "tonghop.template"
SHAPE_KEY = "tonghop.shape"
COLUMN_KEY = "tonghop.column"
FEEDBACK_KEY = "kiem_tra"  # the feedback column's value of COLUMN_KEY
INPUT_NOTE = text("sheets.input_note", SHEET_LANGUAGE)
LOCKED_NOTE = text("sheets.locked_note", SHEET_LANGUAGE)
ORPHANED = "orphaned"  # in the place of a template: a unit that comes back gets its tab renewed

# Sheets has no rule "any text": an ever true formula of ours carries the hint
HINT_ONLY = {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": "=TRUE"}]}

FONT = "Times New Roman"
LINE = {"style": "SOLID", "colorStyle": {"rgbColor": {"red": 0.4, "green": 0.4, "blue": 0.4}}}
GREY = {"red": 0.7, "green": 0.7, "blue": 0.7}
HEADER_FILL = {"red": 0.91, "green": 0.94, "blue": 0.98}
INPUT_FILL = {"red": 1.0, "green": 0.99, "blue": 0.92}
# the first word of a feedback cell decides its colour
FEEDBACK_FILLS = (
    (text("sheets.begins_error", SHEET_LANGUAGE), {"red": 0.98, "green": 0.85, "blue": 0.83}),
    (text("sheets.begins_warning", SHEET_LANGUAGE), {"red": 1.0, "green": 0.95, "blue": 0.8}),
    (text("sheets.begins_valid", SHEET_LANGUAGE), {"red": 0.88, "green": 0.95, "blue": 0.87}),
)
HEADING_FORMATS: dict[HeadingStyle, dict[str, Any]] = {
    HeadingStyle.UNIT: {"horizontalAlignment": "LEFT", "textFormat": {"bold": True, "fontSize": 12}},
    HeadingStyle.CORNER: {"horizontalAlignment": "RIGHT", "textFormat": {"italic": True, "fontSize": 12}},
    HeadingStyle.PLACE_DATE: {"horizontalAlignment": "RIGHT", "textFormat": {"italic": True, "fontSize": 12}},
    HeadingStyle.TITLE: {"horizontalAlignment": "CENTER", "textFormat": {"bold": True, "fontSize": 13}},
    HeadingStyle.LIMIT: {"horizontalAlignment": "LEFT", "textFormat": {"bold": True, "italic": True, "fontSize": 11}},
}


@dataclass(frozen=True, slots=True)
class TabIdentity:
    """Which tab this is, and who may write on it."""

    sheet_id: int
    title: str
    unit: str
    form: str
    service: str  # our own address; "" when the owner is us anyway
    let_in: tuple[str, ...] = ()  # who may write in its input cells at once; others are let in when they may open it


def template_of(layout: TabLayout, identity: TabIdentity) -> str:
    """Return the fingerprint of everything we write on a tab: another one means the template changed."""
    content = [
        list(_content(layout, identity.sheet_id)),
        list(tiles_of(layout)),
        identity.service,
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()[:16]


def create_tab(layout: TabLayout, identity: TabIdentity, index: int, summary: str = "") -> list[Request]:
    """Return what makes a new tab: protected first, then filled, then named by metadata.

    `summary` is the first feedback on the whole tab.
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
        *_content(layout, sheet),
        *_first_values(layout, sheet),
        *_texts(sheet, layout.summary.start_row, layout.summary.start_column, [[summary]]),
        *_conditional_formats(layout, sheet),
        *_metadata(layout, identity),
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
    heading = _range(sheet, Box(0, layout.header_row, 0, layout.column_count))
    own = _range(sheet, Box(0, layout.row_count, 0, layout.column_count))
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
        *_content(layout, sheet),
        *(_values(sheet, row, column, [[{"boolValue": False}]]) for row, column in renewal.new_ticks),
        *_conditional_formats(layout, sheet),
        *_update_metadata(layout, identity, found, template),
    ]


def _moved(renewal: Renewal, sheet: int) -> Iterator[Request]:
    """Yield the plan's moves; the rows above the header, when made again, lose the formats of what was there."""
    for merge in renewal.unmerged:
        box = Box(merge.start_row, merge.end_row, merge.start_column, merge.end_column)
        yield {"unmergeCells": {"range": _range(sheet, box)}}
    for move in renewal.moves:
        yield _move(move, sheet)
    if renewal.moves:
        upper = {"sheetId": sheet, "startRowIndex": 0, "endRowIndex": renewal.layout.header_row}
        yield {"repeatCell": {"range": upper, "cell": {}, "fields": "userEnteredFormat"}}
        for index in renewal.kept_columns:
            box = Box(renewal.layout.header_row, renewal.layout.table.end_row, index, index + 1)
            yield _format(sheet, box, {"backgroundColor": GREY}, "backgroundColor")


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
            source = _range(sheet, Box(row, row + 1, column, column + 1))
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


def name_columns(layout: TabLayout, sheet_id: int) -> list[Request]:
    """Return what names the columns of a tab by metadata."""
    return [
        create_metadata(COLUMN_KEY, key, {"dimensionRange": _column_range(sheet_id, index)})
        for index, key in enumerate(_column_keys(layout))
    ]


def _column_keys(layout: TabLayout) -> list[str]:
    return [*(column.key for column in layout.form.columns), FEEDBACK_KEY]


def _content(layout: TabLayout, sheet: int) -> Iterator[Request]:
    """Yield everything that is ours: wording, formats, widths, drop-downs; no input cell's value."""
    yield from _widths(layout, sheet)
    yield from _headings(layout, sheet)
    yield from _block(layout, sheet)
    yield from _table(layout, sheet)
    yield from _validations(layout, sheet)
    yield from _fixed(layout, sheet)
    yield from _texts(sheet, layout.signature.start_row, layout.signature.start_column, [[layout.form.signature]])
    yield _format(sheet, layout.signature, {"horizontalAlignment": "CENTER", "textFormat": {"italic": True}})
    if layout.form.signature:
        yield {"mergeCells": {"range": _range(sheet, layout.signature), "mergeType": "MERGE_ALL"}}


def _widths(layout: TabLayout, sheet: int) -> Iterator[Request]:
    widths = [column.width for column in layout.form.columns] + [FEEDBACK_WIDTH]
    for index, width in enumerate(widths):
        yield {
            "updateDimensionProperties": {
                "range": _column_range(sheet, index),
                "properties": {"pixelSize": width},
                "fields": "pixelSize",
            }
        }


def _headings(layout: TabLayout, sheet: int) -> Iterator[Request]:
    for heading in layout.headings:
        if heading.style is not HeadingStyle.PLACE_DATE:
            yield from _texts(sheet, heading.box.start_row, heading.box.start_column, [[heading.text]])
        style = HEADING_FORMATS[heading.style]
        text = {"fontFamily": FONT, **style["textFormat"]}
        yield _format(sheet, heading.box, {**style, "textFormat": text, "numberFormat": {"type": "TEXT"}})
        if heading.box.end_column - heading.box.start_column > 1:
            yield {"mergeCells": {"range": _range(sheet, heading.box), "mergeType": "MERGE_ALL"}}
    summary = {"wrapStrategy": "WRAP", "verticalAlignment": "TOP", "textFormat": {"fontFamily": FONT, "fontSize": 10}}
    yield _format(sheet, layout.summary, {**summary, "numberFormat": {"type": "TEXT"}})
    yield {"mergeCells": {"range": _range(sheet, layout.summary), "mergeType": "MERGE_ALL"}}


def _block(layout: TabLayout, sheet: int) -> Iterator[Request]:
    for place in layout.fields:
        yield from _texts(sheet, place.row, place.label_column, [[place.field.label]])
        label = Box(place.row, place.row + 1, place.label_column, place.label_column + 1)
        value = Box(place.row, place.row + 1, place.value_column, place.value_column + 1)
        yield _format(
            sheet,
            label,
            {"horizontalAlignment": "RIGHT", "textFormat": {"fontFamily": FONT, "bold": True, "fontSize": 11}},
        )
        yield _format(sheet, value, _input_format(place.field.type))
        yield _bordered(sheet, value)


def _table(layout: TabLayout, sheet: int) -> Iterator[Request]:
    titles = [column.title for column in layout.form.columns] + [feedback_title()]
    yield from _texts(sheet, layout.header_row, 0, [titles])
    header = Box(layout.header_row, layout.header_row + 1, 0, layout.column_count)
    yield _format(
        sheet,
        header,
        {
            "backgroundColor": HEADER_FILL,
            "horizontalAlignment": "CENTER",
            "verticalAlignment": "MIDDLE",
            "wrapStrategy": "WRAP",
            "textFormat": {"fontFamily": FONT, "bold": True, "fontSize": 11},
        },
    )
    feedback = Box(layout.table.start_row, layout.table.end_row, layout.feedback_column, layout.column_count)
    yield _format(sheet, feedback, _body_format() | {"textFormat": {"fontFamily": FONT, "fontSize": 10}})
    for index, column in enumerate(layout.form.columns):
        box = Box(layout.table.start_row, layout.table.end_row, index, index + 1)
        yield _format(sheet, box, _body_format() if column.type is ValueType.TEXT else _input_format(column.type))
    yield _bordered(sheet, Box(layout.header_row, layout.table.end_row, 0, layout.column_count))
    for box in layout.inputs:
        yield _format(sheet, box, {"backgroundColor": INPUT_FILL}, "backgroundColor")


def _fixed(layout: TabLayout, sheet: int) -> Iterator[Request]:
    for fixed in layout.fixed_rows:
        yield from _texts(sheet, fixed.row, 0, [[fixed.code, fixed.text]])
        given = Box(fixed.row, fixed.row + 1, 0, 2)
        bold = fixed.free is not None
        yield _format(sheet, given, _body_format() | {"textFormat": {"fontFamily": FONT, "bold": bold, "fontSize": 11}})


def _validations(layout: TabLayout, sheet: int) -> Iterator[Request]:
    """Yield ticks, drop-downs and input hints; advice only, what is typed is judged by the rules."""
    own = {box.start_column for box in layout.inputs}
    rows = (layout.table.start_row, layout.table.end_row)
    if layout.fixed_rows:
        rows = (layout.table.start_row, layout.table.start_row + sum(fixed.free is None for fixed in layout.fixed_rows))
    for index, column in enumerate(layout.form.columns):
        if layout.fixed_rows and index not in own and column.type is ValueType.TEXT:
            continue
        box = Box(rows[0], rows[1], index, index + 1)
        if column.type is ValueType.TICK:
            yield _tick(sheet, box, column.description_vi)
        elif column.choices:
            condition = {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": choice} for choice in column.choices]}
            yield _rule(sheet, box, condition, column.description_vi)
        elif column.description_vi:
            yield _rule(sheet, box, HINT_ONLY, column.description_vi)
    for place in layout.fields:
        box = Box(place.row, place.row + 1, place.value_column, place.value_column + 1)
        if place.field.type is ValueType.TICK:
            yield _tick(sheet, box, place.field.description_vi)
        elif place.field.description_vi:
            yield _rule(sheet, box, HINT_ONLY, place.field.description_vi)


def _tick(sheet: int, box: Box, hint: str) -> Request:
    return _rule(sheet, box, {"type": "BOOLEAN"}, hint)


def _rule(sheet: int, box: Box, condition: dict[str, Any], hint: str) -> Request:
    rule = {"condition": condition, "inputMessage": hint, "strict": False, "showCustomUi": True}
    return {"setDataValidation": {"range": _range(sheet, box), "rule": rule}}


def _first_values(layout: TabLayout, sheet: int) -> Iterator[Request]:
    """Yield what an input cell holds on a new tab: the dotted date line, unticked boxes."""
    for heading in layout.headings:
        if heading.style is HeadingStyle.PLACE_DATE:
            yield from _texts(sheet, heading.box.start_row, heading.box.start_column, [[heading.text]])
    for place in layout.fields:
        if place.field.type is ValueType.TICK:
            yield _values(sheet, place.row, place.value_column, [[{"boolValue": False}]])
    contents = [fixed.row for fixed in layout.fixed_rows if fixed.free is None]
    for index, _column in layout.columns_of(ValueType.TICK):
        if contents:
            yield _values(sheet, contents[0], index, [[{"boolValue": False}]] * len(contents))


def _conditional_formats(layout: TabLayout, sheet: int) -> Iterator[Request]:
    box = Box(layout.table.start_row, layout.table.end_row, layout.feedback_column, layout.column_count)
    for index, (word, fill) in enumerate(FEEDBACK_FILLS):
        condition = {"type": "TEXT_STARTS_WITH", "values": [{"userEnteredValue": word}]}
        rule = {
            "ranges": [_range(sheet, box)],
            "booleanRule": {"condition": condition, "format": {"backgroundColor": fill}},
        }
        yield {"addConditionalFormatRule": {"rule": rule, "index": index}}
    for index, rule in enumerate(unused_rules(sheet), start=len(FEEDBACK_FILLS)):
        yield {"addConditionalFormatRule": {"rule": rule, "index": index}}


def foreign_rules(found: TabInventory) -> int:
    """Return how many conditional formats on a tab are not ours, or are ours no more."""
    words = {word for word, _ in FEEDBACK_FILLS}
    return sum(not _is_our_rule(rule, words) for rule in found.conditional_formats)


def _is_our_rule(rule: Mapping[str, Any], words: Collection[str]) -> bool:
    if is_mark(rule):
        return True
    boolean = rule.get("booleanRule", {})
    condition, shape = boolean.get("condition", {}), boolean.get("format", {})
    asked = [value.get("userEnteredValue") for value in condition.get("values", ())]
    only_fills = shape.keys() <= {"backgroundColor", "backgroundColorStyle"}
    return condition.get("type") == "TEXT_STARTS_WITH" and len(asked) == 1 and asked[0] in words and only_fills


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
            "range": _tile_range(identity.sheet_id, tile),
            "description": INPUT_NOTE if is_input else LOCKED_NOTE,
            "warningOnly": False,
            "editors": {"users": [user for user in users if user], "domainUsersCanEdit": False},
        }
        yield {"addProtectedRange": {"protectedRange": protected}}


def _metadata(layout: TabLayout, identity: TabIdentity) -> list[Request]:
    here = {"sheetId": identity.sheet_id}
    return [
        create_metadata(UNIT_KEY, identity.unit, here),
        create_metadata(FORM_KEY, identity.form, here),
        create_metadata(TEMPLATE_KEY, template_of(layout, identity), here),
        create_metadata(SHAPE_KEY, shape_of(layout).encode(), here),
        *name_columns(layout, identity.sheet_id),
    ]


def _update_metadata(layout: TabLayout, identity: TabIdentity, found: TabInventory, template: str) -> list[Request]:
    wanted = {
        UNIT_KEY: identity.unit,
        FORM_KEY: identity.form,
        TEMPLATE_KEY: template,
        SHAPE_KEY: shape_of(layout).encode(),
    }
    requests = [_delete_metadata(stray) for stray in found.stray_marks]
    requests += [set_metadata(found, key, value) for key, value in wanted.items()]
    named = set(found.columns.values())
    requests += [
        create_metadata(COLUMN_KEY, key, {"dimensionRange": _column_range(identity.sheet_id, index)})
        for index, key in enumerate(_column_keys(layout))
        if key not in named
    ]
    return requests


def set_metadata(found: TabInventory, key: str, value: str) -> Request:
    """Return what gives a tab's mark a value, whether or not it has the mark yet."""
    if key not in found.metadata_ids:
        return create_metadata(key, value, {"sheetId": found.sheet_id})
    lookup = {"developerMetadataLookup": {"metadataId": found.metadata_ids[key]}}
    update = {"dataFilters": [lookup], "developerMetadata": {"metadataValue": value}, "fields": "metadataValue"}
    return {"updateDeveloperMetadata": update}


def _delete_metadata(number: int) -> Request:
    return {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": {"metadataId": number}}}}


def create_metadata(key: str, value: str, location: dict[str, Any]) -> Request:
    """Return what marks a place; marks are visible to us alone."""
    metadata = {"metadataKey": key, "metadataValue": value, "location": location, "visibility": "PROJECT"}
    return {"createDeveloperMetadata": {"developerMetadata": metadata}}


def _body_format() -> dict[str, Any]:
    return {
        "numberFormat": {"type": "TEXT"},
        "wrapStrategy": "WRAP",
        "verticalAlignment": "TOP",
        "textFormat": {"fontFamily": FONT, "fontSize": 11},
    }


def _input_format(value_type: ValueType) -> dict[str, Any]:
    if value_type is ValueType.TICK:
        return {"horizontalAlignment": "LEFT", "textFormat": {"fontFamily": FONT, "fontSize": 11}}
    return _body_format()


def _format(sheet: int, box: Box, cell_format: dict[str, Any], only: str = "") -> Request:
    fields = f"userEnteredFormat({only or ','.join(cell_format)})"
    cell = {"userEnteredFormat": cell_format}
    return {"repeatCell": {"range": _range(sheet, box), "cell": cell, "fields": fields}}


def _bordered(sheet: int, box: Box) -> Request:
    sides = ("top", "bottom", "left", "right", "innerHorizontal", "innerVertical")
    return {"updateBorders": {"range": _range(sheet, box), **dict.fromkeys(sides, LINE)}}


def _texts(sheet: int, row: int, column: int, texts: Sequence[Sequence[str]]) -> Iterator[Request]:
    """Yield one write of typed strings: a string can never become a formula or a date."""
    if any(text for line in texts for text in line):
        yield _values(sheet, row, column, [[{"stringValue": text} for text in line] for line in texts])


def _values(sheet: int, row: int, column: int, values: Iterable[Iterable[dict[str, Any]]]) -> Request:
    rows = [{"values": [{"userEnteredValue": value} for value in line]} for line in values]
    start = {"sheetId": sheet, "rowIndex": row, "columnIndex": column}
    return {"updateCells": {"start": start, "rows": rows, "fields": "userEnteredValue"}}


def _range(sheet: int, box: Box) -> dict[str, int]:
    return _tile_range(sheet, (box.start_row, box.end_row, box.start_column, box.end_column))


def _tile_range(sheet: int, tile: Tile) -> dict[str, int]:
    names = ("startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex")
    return {"sheetId": sheet} | {name: edge for name, edge in zip(names, tile, strict=True) if edge is not None}


def _column_range(sheet: int, index: int) -> dict[str, Any]:
    return {"sheetId": sheet, "dimension": "COLUMNS", "startIndex": index, "endIndex": index + 1}
