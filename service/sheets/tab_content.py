"""Requests that write what is ours on a unit's tab: wording, formats, widths, drop-downs, rules of colour."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from service.sheets.batches import Request
from service.sheets.cell_marks import is_mark, unused_rules
from service.sheets.inventory import TabInventory
from service.sheets.request_parts import (
    FONT,
    HEADER_FILL,
    INPUT_FILL,
    box_range,
    column_range,
    draw_borders,
    format_cells,
    write_texts,
    write_values,
)
from sheets_schema.campaign import ValueType
from sheets_schema.layout import FEEDBACK_WIDTH, Box, HeadingStyle, TabLayout, feedback_title
from sheets_schema.wording import SHEET_LANGUAGE, text

# Sheets has no rule "any text": an ever true formula of ours carries the hint
HINT_ONLY = {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": "=TRUE"}]}
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


def own_content(layout: TabLayout, sheet: int) -> Iterator[Request]:
    """Yield everything that is ours: wording, formats, widths, drop-downs; no input cell's value."""
    yield from _widths(layout, sheet)
    yield from _headings(layout, sheet)
    yield from _block(layout, sheet)
    yield from _table(layout, sheet)
    yield from _validations(layout, sheet)
    yield from _fixed(layout, sheet)
    yield from write_texts(sheet, layout.signature.start_row, layout.signature.start_column, [[layout.form.signature]])
    yield format_cells(sheet, layout.signature, {"horizontalAlignment": "CENTER", "textFormat": {"italic": True}})
    if layout.form.signature:
        yield {"mergeCells": {"range": box_range(sheet, layout.signature), "mergeType": "MERGE_ALL"}}


def first_values(layout: TabLayout, sheet: int) -> Iterator[Request]:
    """Yield what an input cell holds on a new tab: the dotted date line, unticked boxes."""
    for heading in layout.headings:
        if heading.style is HeadingStyle.PLACE_DATE:
            yield from write_texts(sheet, heading.box.start_row, heading.box.start_column, [[heading.text]])
    for place in layout.fields:
        if place.field.type is ValueType.TICK:
            yield write_values(sheet, place.row, place.value_column, [[{"boolValue": False}]])
    contents = [fixed.row for fixed in layout.fixed_rows if fixed.free is None]
    for index, _column in layout.columns_of(ValueType.TICK):
        if contents:
            yield write_values(sheet, contents[0], index, [[{"boolValue": False}]] * len(contents))


def conditional_formats(layout: TabLayout, sheet: int) -> Iterator[Request]:
    """Yield the rules that colour feedback and mark cells."""
    box = Box(layout.table.start_row, layout.table.end_row, layout.feedback_column, layout.column_count)
    for index, (word, fill) in enumerate(FEEDBACK_FILLS):
        condition = {"type": "TEXT_STARTS_WITH", "values": [{"userEnteredValue": word}]}
        rule = {
            "ranges": [box_range(sheet, box)],
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


def _widths(layout: TabLayout, sheet: int) -> Iterator[Request]:
    widths = [column.width for column in layout.form.columns] + [FEEDBACK_WIDTH]
    for index, width in enumerate(widths):
        yield {
            "updateDimensionProperties": {
                "range": column_range(sheet, index),
                "properties": {"pixelSize": width},
                "fields": "pixelSize",
            }
        }


def _headings(layout: TabLayout, sheet: int) -> Iterator[Request]:
    for heading in layout.headings:
        if heading.style is not HeadingStyle.PLACE_DATE:
            yield from write_texts(sheet, heading.box.start_row, heading.box.start_column, [[heading.text]])
        style = HEADING_FORMATS[heading.style]
        text = {"fontFamily": FONT, **style["textFormat"]}
        yield format_cells(sheet, heading.box, {**style, "textFormat": text, "numberFormat": {"type": "TEXT"}})
        if heading.box.end_column - heading.box.start_column > 1:
            yield {"mergeCells": {"range": box_range(sheet, heading.box), "mergeType": "MERGE_ALL"}}
    summary = {"wrapStrategy": "WRAP", "verticalAlignment": "TOP", "textFormat": {"fontFamily": FONT, "fontSize": 10}}
    yield format_cells(sheet, layout.summary, {**summary, "numberFormat": {"type": "TEXT"}})
    yield {"mergeCells": {"range": box_range(sheet, layout.summary), "mergeType": "MERGE_ALL"}}


def _block(layout: TabLayout, sheet: int) -> Iterator[Request]:
    for place in layout.fields:
        yield from write_texts(sheet, place.row, place.label_column, [[place.field.label]])
        label = Box(place.row, place.row + 1, place.label_column, place.label_column + 1)
        value = Box(place.row, place.row + 1, place.value_column, place.value_column + 1)
        yield format_cells(
            sheet,
            label,
            {"horizontalAlignment": "RIGHT", "textFormat": {"fontFamily": FONT, "bold": True, "fontSize": 11}},
        )
        yield format_cells(sheet, value, _input_format(place.field.type))
        yield draw_borders(sheet, value)


def _table(layout: TabLayout, sheet: int) -> Iterator[Request]:
    titles = [column.title for column in layout.form.columns] + [feedback_title()]
    yield from write_texts(sheet, layout.header_row, 0, [titles])
    header = Box(layout.header_row, layout.header_row + 1, 0, layout.column_count)
    yield format_cells(
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
    yield format_cells(sheet, feedback, _body_format() | {"textFormat": {"fontFamily": FONT, "fontSize": 10}})
    for index, column in enumerate(layout.form.columns):
        box = Box(layout.table.start_row, layout.table.end_row, index, index + 1)
        yield format_cells(sheet, box, _body_format() if column.type is ValueType.TEXT else _input_format(column.type))
    yield draw_borders(sheet, Box(layout.header_row, layout.table.end_row, 0, layout.column_count))
    for box in layout.inputs:
        yield format_cells(sheet, box, {"backgroundColor": INPUT_FILL}, "backgroundColor")


def _fixed(layout: TabLayout, sheet: int) -> Iterator[Request]:
    for fixed in layout.fixed_rows:
        yield from write_texts(sheet, fixed.row, 0, [[fixed.code, fixed.text]])
        given = Box(fixed.row, fixed.row + 1, 0, 2)
        bold = fixed.free is not None
        yield format_cells(
            sheet, given, _body_format() | {"textFormat": {"fontFamily": FONT, "bold": bold, "fontSize": 11}}
        )


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
    return {"setDataValidation": {"range": box_range(sheet, box), "rule": rule}}


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
