"""The kinds of request a batchUpdate may hold, family by family."""

import pytest

RED = {"red": 1.0}


def area(top, bottom, left, right, sheet=0):
    return {
        "sheetId": sheet,
        "startRowIndex": top,
        "endRowIndex": bottom,
        "startColumnIndex": left,
        "endColumnIndex": right,
    }


def bare(range_):
    return {key: value for key, value in range_.items() if key != "sheetId"}


def span(dimension, start, end, sheet=0):
    return {"sheetId": sheet, "dimension": dimension, "startIndex": start, "endIndex": end}


@pytest.fixture
def small(api):
    props = {"title": "Tờ", "gridProperties": {"rowCount": 6, "columnCount": 4}}
    book = api.create(sheets=[{"properties": props}])
    api.put(book, "A1", [["a1", "b1", "c1"], ["a2", "b2", "c2"], ["a3", "b3", "c3"]])
    return book


def sheet(api, book, mask):
    return api.get(book, fields=f"sheets({mask})").get("sheets", [{}])[0]


def rows(api, book, mask):
    return [row.get("values", []) for row in sheet(api, book, f"data.rowData.values({mask})")["data"][0]["rowData"]]


def text(value):
    return {"userEnteredValue": {"stringValue": value}}


def test_add_sheet_takes_the_chosen_id_place_and_size(api, small):
    wanted = {"sheetId": 42, "title": "Sở Y tế", "index": 0, "gridProperties": {"rowCount": 3, "columnCount": 2}}

    reply = api.batch(small, {"addSheet": {"properties": wanted}})[0]

    assert reply == {"addSheet": {"properties": wanted | {"sheetType": "GRID"}}}
    shown = api.get(small, fields="sheets.properties(sheetId,index)")["sheets"]
    assert shown == [{"properties": {"sheetId": 42, "index": 0}}, {"properties": {"sheetId": 0, "index": 1}}]


REFUSED = [
    ({"addSheet": {"properties": {"title": "TỜ"}}},
     'addSheet: A sheet with the name "TỜ" already exists. Please enter another name.'),
    ({"addSheet": {"properties": {"sheetId": 0}}},
     "addSheet: Failed to add sheet. Sheet ID 0 already exists. Please use a unique sheet ID."),
    ({"addSheet": {"properties": {"sheetId": -1}}}, "addSheet: The sheet ID must not be negative: -1"),
    ({"addSheet": {"properties": {"title": " "}}},
     "addSheet: You can't leave the sheet name blank. Please enter a name."),
    ({"deleteSheet": {"sheetId": 0}}, "deleteSheet: You can't remove all the sheets in a document."),
    ({"deleteSheet": {"sheetId": 9}}, "deleteSheet: No grid with id: 9"),
    ({"updateSheetProperties": {"properties": {"sheetId": 0, "hidden": True}, "fields": "hidden"}},
     "updateSheetProperties: You can't hide all the sheets in a document."),
    ({"updateSheetProperties": {"properties": {"sheetId": 0, "title": "x"}}},
     "updateSheetProperties: At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)"),
    ({"updateSheetProperties": {"properties": {"sheetId": 0}, "fields": "titel"}},
     "updateSheetProperties: Invalid field: titel"),
    ({"updateCells": {"range": area(0, 1, 0, 1), "rows": [{"values": [{}, {}]}], "fields": "*"}},
     "updateCells: Attempting to write column: 2, beyond the last requested column of: 1"),
    ({"updateCells": {"range": area(0, 1, 0, 1), "rows": [{}, {}], "fields": "*"}},
     "updateCells: Attempting to write row: 2, beyond the last requested row of: 1"),
    ({"repeatCell": {"range": area(6, 7, 0, 1), "cell": {}, "fields": "*"}},
     "repeatCell: Range ('Tờ'!A7) exceeds grid limits. Max rows: 6, max columns: 4"),
    ({"deleteDimension": {"range": span("ROWS", 0, 6)}},
     "deleteDimension: You can't delete all the rows on the sheet."),
    ({"createDeveloperMetadata": {"developerMetadata": {"metadataKey": "k", "location": {"spreadsheet": True}}}},
     "createDeveloperMetadata: developerMetadata.visibility must be specified."),
    ({"addNamedRange": {"namedRange": {"name": "A1", "range": area(0, 1, 0, 1)}}},
     "addNamedRange: Invalid name for a named range: A1"),
    ({"updateCells": {"start": {}, "rows": [{"values": [{"userEnteredValue": {"errorValue": {}}}]}], "fields": "*"}},
     "updateCells: userEnteredValue.errorValue is read only."),
    ({"updateCells": {"start": {}, "rows": [{"values": [text("x" * 50_001)]}], "fields": "*"}},
     "updateCells: Your input contains more than the maximum of 50000 characters in a single cell."),
    ({"addSheet": {"properties": {"gridProperties": {"rowCount": 1_000_000, "columnCount": 11}}}},
     "addSheet: This action would increase the number of cells in the workbook above the limit of 10000000 cells."),
    ({"addSheet": {"properties": {"gridProperties": {"rowCount": 1, "columnCount": 18_279}}}},
     "addSheet: Invalid grid size: a sheet may have at most 18278 columns."),
]  # fmt: skip


@pytest.mark.parametrize(("request_", "message"), REFUSED, ids=[next(iter(one)) for one, _ in REFUSED])
def test_refusal_names_request_and_reason_and_changes_nothing(api, small, request_, message):
    before = api.get(small, includeGridData="true")

    first = {"updateSpreadsheetProperties": {"properties": {"title": "trước"}, "fields": "title"}}

    error = api.refused(small, first, request_)

    assert error["message"] == f"Invalid requests[1].{message}"
    assert api.get(small, includeGridData="true") == before


def test_duplicate_sheet_copies_everything_but_metadata(api, small):
    api.batch(
        small,
        {"mergeCells": {"range": area(0, 1, 0, 2)}},
        {"addProtectedRange": {"protectedRange": {"range": {"sheetId": 0}}}},
        {"setDataValidation": {"range": area(2, 3, 0, 1), "rule": {"condition": {"type": "BOOLEAN"}}}},
    )

    reply = api.batch(small, {"duplicateSheet": {"newSheetId": 8, "newSheetName": "Hai", "insertSheetIndex": 1}})[0]

    twin = api.get(small, ranges="Hai", includeGridData="true")["sheets"][0]
    assert reply["duplicateSheet"]["properties"]["sheetId"] == 8
    assert api.values(small, "Hai") == api.values(small, "'Tờ'")
    assert twin["merges"] == [area(0, 1, 0, 2, 8)]
    assert twin["protectedRanges"][0]["range"] == {"sheetId": 8}
    assert twin["data"][0]["rowData"][2]["values"][0]["dataValidation"]["condition"] == {"type": "BOOLEAN"}


def test_delete_sheet_takes_its_metadata_and_named_ranges_along(api, small):
    entry = {"metadataKey": "k", "visibility": "DOCUMENT", "location": {"sheetId": 5}}
    api.batch(
        small,
        {"addSheet": {"properties": {"sheetId": 5}}},
        {"createDeveloperMetadata": {"developerMetadata": entry}},
        {"addNamedRange": {"namedRange": {"name": "tên", "range": area(0, 1, 0, 1, 5)}}},
        {"deleteSheet": {"sheetId": 5}},
    )

    found = api.ok("POST", f"/v4/spreadsheets/{small}/developerMetadata:search",
                   {"dataFilters": [{"developerMetadataLookup": {"metadataKey": "k"}}]})  # fmt: skip
    assert found == {}
    assert "namedRanges" not in api.get(small)


def test_new_sheet_with_an_old_id_is_empty(api, small):
    api.batch(small, {"addSheet": {"properties": {"sheetId": 5, "title": "x"}}})
    api.put(small, "x!A1", [["cũ"]])

    api.batch(small, {"deleteSheet": {"sheetId": 5}}, {"addSheet": {"properties": {"sheetId": 5, "title": "x"}}})

    assert api.values(small, "x") == []


def test_sheet_properties_change_by_mask(api, small):
    properties = {"sheetId": 0, "title": "bị bỏ qua", "gridProperties": {"frozenRowCount": 2, "rowCount": 10}}
    fields = "gridProperties.frozenRowCount,tabColor"

    api.batch(small, {"updateSheetProperties": {"properties": properties | {"tabColor": RED}, "fields": fields}})

    assert sheet(api, small, "properties")["properties"] == {
        "sheetId": 0,
        "title": "Tờ",
        "index": 0,
        "sheetType": "GRID",
        "gridProperties": {"rowCount": 6, "columnCount": 4, "frozenRowCount": 2},
        "tabColor": RED,
        "tabColorStyle": {"rgbColor": RED},
    }


def test_smaller_grid_drops_what_lies_outside(api, small):
    grid = {"rowCount": 2, "columnCount": 2}

    api.batch(small, {"updateSheetProperties": {"properties": {"gridProperties": grid}, "fields": "gridProperties"}})
    api.batch(small, {"updateSheetProperties": {"properties": {"gridProperties": {"rowCount": 5}},
                                                "fields": "gridProperties.rowCount"}})  # fmt: skip

    assert api.values(small, "'Tờ'") == [["a1", "b1"], ["a2", "b2"]]


def test_spreadsheet_properties_change(api, small):
    wanted = {"title": "Mới", "locale": "vi_VN", "timeZone": "Asia/Ho_Chi_Minh"}

    api.batch(small, {"updateSpreadsheetProperties": {"properties": wanted, "fields": "title,locale,timeZone"}})

    assert api.get(small, fields="properties(title,locale,timeZone)") == {"properties": wanted}
    assert api.ok("GET", f"/drive/v3/files/{small}")["name"] == "Mới"


def test_update_cells_with_a_range_clears_what_rows_do_not_cover(api, small):
    api.batch(
        small,
        {"updateCells": {"range": area(0, 6, 0, 3), "fields": "userEnteredValue", "rows": [{"values": [text("mới")]}]}},
    )

    assert api.values(small, "'Tờ'") == [["mới"]]


def test_update_cells_with_a_start_leaves_the_rest(api, small):
    start = {"sheetId": 0, "rowIndex": 1, "columnIndex": 1}

    api.batch(
        small, {"updateCells": {"start": start, "fields": "userEnteredValue", "rows": [{"values": [text("mới")]}]}}
    )

    assert api.values(small, "'Tờ'")[1] == ["a2", "mới", "c2"]


def test_typed_values_stay_what_they_are(api, small):
    cells = [text("=1+1"), {"userEnteredValue": {"numberValue": 45204.5}}, {"userEnteredValue": {"boolValue": False}},
             {"userEnteredValue": {"formulaValue": "=1+1"}}]  # fmt: skip

    api.batch(small, {"updateCells": {"start": {}, "fields": "userEnteredValue", "rows": [{"values": cells}]}})

    found = rows(api, small, "userEnteredValue,effectiveValue,formattedValue")[0]
    assert [cell["userEnteredValue"] for cell in found] == [cell["userEnteredValue"] for cell in cells]
    assert [cell["formattedValue"] for cell in found] == ["=1+1", "45204.5", "FALSE", "2"]
    assert found[3]["effectiveValue"] == {"numberValue": 2}


def test_every_part_of_a_cell_is_kept_and_returned(api, small):
    cell = {
        "userEnteredValue": {"stringValue": "chữ đậm"},
        "userEnteredFormat": {"textFormat": {"bold": True}, "wrapStrategy": "WRAP"},
        "dataValidation": {"condition": {"type": "TEXT_CONTAINS", "values": [{"userEnteredValue": "chữ"}]}},
        "note": "ghi chú",
        "textFormatRuns": [{"startIndex": 4, "format": {"italic": True}}],
    }

    api.batch(small, {"updateCells": {"start": {}, "fields": "*", "rows": [{"values": [cell]}]}})

    mask = "userEnteredValue,userEnteredFormat,dataValidation,note,textFormatRuns"
    assert rows(api, small, mask)[0][0] == cell
    effective = rows(api, small, "effectiveFormat")[0][0]["effectiveFormat"]
    assert (effective["textFormat"]["bold"], effective["textFormat"]["fontSize"]) == (True, 10)


def test_mask_changes_only_what_it_names(api, small):
    first = {"userEnteredFormat": {"textFormat": {"bold": True, "italic": True}, "wrapStrategy": "WRAP"}, "note": "n"}
    api.batch(small, {"updateCells": {"start": {}, "fields": "*", "rows": [{"values": [first]}]}})
    second = {"userEnteredFormat": {"textFormat": {"italic": False, "fontSize": 12}}}

    api.batch(
        small,
        {"repeatCell": {"range": area(0, 1, 0, 1), "cell": second,
                        "fields": "userEnteredFormat(textFormat/bold,textFormat.fontSize)"}},
    )  # fmt: skip

    assert rows(api, small, "userEnteredFormat,note")[0][0] == {
        "userEnteredFormat": {"textFormat": {"italic": True, "fontSize": 12}, "wrapStrategy": "WRAP"},
        "note": "n",
    }


def test_plain_colour_and_its_style_follow_each_other(api, small):
    cell = {"userEnteredFormat": {"backgroundColor": RED}}

    api.batch(small, {"repeatCell": {"range": area(0, 1, 0, 1), "cell": cell, "fields": "userEnteredFormat"}})

    assert rows(api, small, "userEnteredFormat")[0][0]["userEnteredFormat"] == {
        "backgroundColor": RED,
        "backgroundColorStyle": {"rgbColor": RED},
    }


def test_append_cells_go_below_the_last_value_and_the_grid_grows(api, small):
    added = [{"values": [text(str(number))]} for number in range(5)]

    api.batch(small, {"appendCells": {"sheetId": 0, "rows": added, "fields": "userEnteredValue"}})

    assert [row[0] for row in api.values(small, "'Tờ'")] == ["a1", "a2", "a3", "0", "1", "2", "3", "4"]
    assert sheet(api, small, "properties.gridProperties.rowCount")["properties"]["gridProperties"]["rowCount"] == 8


SIDES = {"top": "SOLID", "bottom": "SOLID_MEDIUM", "left": "SOLID_THICK", "right": "DOUBLE",
         "innerHorizontal": "DOTTED", "innerVertical": "DASHED"}  # fmt: skip


@pytest.mark.parametrize("width", [1, 2, 4])
@pytest.mark.parametrize("height", [1, 2, 5])
@pytest.mark.parametrize("left_out", ["right", "innerHorizontal", "bottom"])
def test_borders_go_around_and_between(api, small, height, width, left_out):
    asked = {side: {"style": style} for side, style in SIDES.items() if side != left_out}

    api.batch(small, {"updateBorders": {"range": area(0, height, 0, width), **asked}})

    def edges(row, column):
        sides = {
            "top": "innerHorizontal" if row else "top",
            "bottom": "innerHorizontal" if row + 1 < height else "bottom",
            "left": "innerVertical" if column else "left",
            "right": "innerVertical" if column + 1 < width else "right",
        }
        return {edge: SIDES[side] for edge, side in sides.items() if side != left_out}

    found = [
        [
            {edge: border["style"] for edge, border in cell["userEnteredFormat"]["borders"].items()}
            for cell in row
            if cell
        ]
        for row in rows(api, small, "userEnteredFormat.borders")
    ]
    expected = [[edges(row, column) for column in range(width)] for row in range(height)]
    assert found == [[cell for cell in row if cell] for row in expected]


def test_border_is_black_and_as_wide_as_its_style_unless_told(api, small):
    borders = {"top": {"style": "SOLID"}, "left": {"style": "SOLID_THICK", "color": RED}}

    api.batch(small, {"updateBorders": {"range": area(0, 1, 0, 1), **borders}})

    assert rows(api, small, "userEnteredFormat.borders") == [[{"userEnteredFormat": {"borders": {
        "top": {"style": "SOLID", "color": {}, "colorStyle": {"rgbColor": {}}, "width": 1},
        "left": {"style": "SOLID_THICK", "color": RED, "colorStyle": {"rgbColor": RED}, "width": 3},
    }}}]]  # fmt: skip


def test_number_of_a_part_is_free_again_once_it_was_taken_away(api, small):
    def added(number):
        return {"addProtectedRange": {"protectedRange": {"protectedRangeId": number, "range": area(0, 1, 0, 1)}}}

    api.batch(small, added(5), {"deleteProtectedRange": {"protectedRangeId": 5}}, added(5), added(6))

    assert "with id 6 already exists" in api.refused(small, added(7), added(6))["message"]
    assert "with id 8 already exists" in api.refused(small, added(8), added(8))["message"]


def test_border_of_style_none_is_taken_away(api, small):
    api.batch(small, {"updateBorders": {"range": area(0, 1, 0, 1), "top": {"style": "SOLID"}}})

    api.batch(small, {"updateBorders": {"range": area(0, 1, 0, 1), "top": {"style": "NONE"}}})

    assert sheet(api, small, "data.rowData.values.userEnteredFormat") == {"data": [{}]}


def test_validation_is_set_and_taken_away(api, small):
    rule = {"condition": {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": "có"}]}, "strict": True}
    api.batch(small, {"setDataValidation": {"range": area(0, 2, 0, 1), "rule": rule}})
    before = [row[0]["dataValidation"] for row in rows(api, small, "dataValidation")]

    api.batch(small, {"setDataValidation": {"range": area(0, 2, 0, 1)}})

    assert before == [rule, rule]
    assert sheet(api, small, "data.rowData.values.dataValidation") == {"data": [{}]}


def test_merge_keeps_the_first_value_only(api, small):
    api.batch(small, {"mergeCells": {"range": area(0, 2, 0, 2), "mergeType": "MERGE_ALL"}})

    assert api.values(small, "'Tờ'")[:2] == [["a1", "", "c1"], ["", "", "c2"]]
    assert sheet(api, small, "merges")["merges"] == [bare(area(0, 2, 0, 2))]


@pytest.mark.parametrize("kind", ["mergeCells", "unmergeCells"])
def test_merge_across_another_in_part_is_refused(api, small, kind):
    api.batch(small, {"mergeCells": {"range": area(0, 2, 0, 2)}})

    error = api.refused(small, {kind: {"range": area(1, 3, 0, 2)}})

    assert error["message"].endswith("You must select all cells in a merged range to merge or unmerge them.")


@pytest.fixture
def furnished(api, small):
    """Things on row 2 and column B, to see them move."""
    api.batch(
        small,
        {"mergeCells": {"range": area(1, 2, 2, 4)}},
        {"addProtectedRange": {"protectedRange": {"range": area(1, 3, 1, 2)}}},
        {"addNamedRange": {"namedRange": {"name": "dòng", "range": area(1, 2, 0, 4)}}},
        {"setDataValidation": {"range": area(1, 2, 1, 2), "rule": {"condition": {"type": "BOOLEAN"}}}},
        {"addConditionalFormatRule": {"rule": {"ranges": [area(1, 2, 1, 2)], "booleanRule": {
            "condition": {"type": "NOT_BLANK"}, "format": {"textFormat": {"bold": True}}}}}},
        {"updateDimensionProperties": {"range": span("COLUMNS", 1, 2), "properties": {"pixelSize": 222},
                                       "fields": "pixelSize"}},
        {"createDeveloperMetadata": {"developerMetadata": {"metadataKey": "cột", "visibility": "DOCUMENT",
                                     "location": {"dimensionRange": span("COLUMNS", 1, 2)}}}},
        {"createDeveloperMetadata": {"developerMetadata": {"metadataKey": "dòng", "visibility": "DOCUMENT",
                                     "location": {"dimensionRange": span("ROWS", 1, 2)}}}},
        {"addChart": {"chart": {"spec": {"title": "t", "basicChart": {"series": [{"series": {"sourceRange": {
            "sources": [area(1, 3, 1, 2)]}}}]}}, "position": {"overlayPosition": {"anchorCell": {
                "sheetId": 0, "rowIndex": 2, "columnIndex": 2}}}}}},
    )  # fmt: skip
    return small


def places(api, book):
    parts = "merges,protectedRanges.range,conditionalFormats.ranges,charts"
    data = "data(rowData.values.dataValidation,columnMetadata,rowMetadata)"
    shown = api.get(book, fields=f"namedRanges.range,sheets({parts},{data})")
    one = shown["sheets"][0]
    data = one["data"][0]
    metadata = {
        entry["metadataKey"]: entry["location"]["dimensionRange"]["startIndex"]
        for line in [*data["columnMetadata"], *data["rowMetadata"]]
        for entry in line.get("developerMetadata", [])
    }
    validated = [
        (row, column)
        for row, line in enumerate(data.get("rowData", []))
        for column, cell in enumerate(line.get("values", []))
        if "dataValidation" in cell
    ]
    chart = one.get("charts", [{"spec": {}, "position": {}}])[0]
    source = chart["spec"].get("basicChart", {}).get("series", [{}])[0].get("series", {}).get("sourceRange", {})
    anchor = chart["position"].get("overlayPosition", {}).get("anchorCell", {})
    return {
        "merge": [tuple(bare(entry).values()) for entry in one.get("merges", [])],
        "protected": [tuple(bare(entry["range"]).values()) for entry in one.get("protectedRanges", [])],
        "named": [tuple(bare(entry["range"]).values()) for entry in shown.get("namedRanges", [])],
        "rule": [tuple(bare(rule["ranges"][0]).values()) for rule in one.get("conditionalFormats", [])],
        "validated": validated,
        "wide": [index for index, line in enumerate(data["columnMetadata"]) if line["pixelSize"] == 222],
        "metadata": metadata,
        "chart": [tuple(bare(entry).values()) for entry in source.get("sources", [])],
        "anchor": (anchor.get("rowIndex"), anchor.get("columnIndex")),
    }


START = {
    "merge": [(1, 2, 2, 4)], "protected": [(1, 3, 1, 2)], "named": [(1, 2, 0, 4)], "rule": [(1, 2, 1, 2)],
    "validated": [(1, 1)], "wide": [1], "metadata": {"cột": 1, "dòng": 1}, "chart": [(1, 3, 1, 2)], "anchor": (2, 2),
}  # fmt: skip


@pytest.mark.parametrize(
    ("request_", "changed"),
    [
        ({"updateCells": {"start": {}, "rows": [], "fields": "note"}}, {}),
        (
            {"insertDimension": {"range": span("ROWS", 0, 2)}},
            {
                "merge": [(3, 4, 2, 4)], "protected": [(3, 5, 1, 2)], "named": [(3, 4, 0, 4)], "rule": [(3, 4, 1, 2)],
                "validated": [(3, 1)], "metadata": {"cột": 1, "dòng": 3}, "chart": [(3, 5, 1, 2)], "anchor": (4, 2),
            },
        ),
        (
            {"insertDimension": {"range": span("COLUMNS", 1, 2)}},
            {
                "merge": [(1, 2, 3, 5)], "protected": [(1, 3, 2, 3)], "named": [(1, 2, 0, 5)], "rule": [(1, 2, 2, 3)],
                "validated": [(1, 1), (1, 2)], "wide": [1, 2], "metadata": {"cột": 2, "dòng": 1},
                "chart": [(1, 3, 2, 3)], "anchor": (2, 3),
            },
        ),
        ({"insertDimension": {"range": span("ROWS", 2, 3)}},
         {"protected": [(1, 4, 1, 2)], "chart": [(1, 4, 1, 2)], "anchor": (3, 2)}),
        (
            {"deleteDimension": {"range": span("ROWS", 1, 2)}},
            {
                "merge": [], "protected": [(1, 2, 1, 2)], "named": [], "rule": [], "validated": [],
                "metadata": {"cột": 1}, "chart": [(1, 2, 1, 2)], "anchor": (1, 2),
            },
        ),
        (
            {"deleteDimension": {"range": span("COLUMNS", 0, 1)}},
            {
                "merge": [(1, 2, 1, 3)], "protected": [(1, 3, 0, 1)], "named": [(1, 2, 0, 3)], "rule": [(1, 2, 0, 1)],
                "validated": [(1, 0)], "wide": [0], "metadata": {"cột": 0, "dòng": 1}, "chart": [(1, 3, 0, 1)],
                "anchor": (2, 1),
            },
        ),
        (
            {"moveDimension": {"source": span("COLUMNS", 1, 2), "destinationIndex": 4}},
            {
                "merge": [(1, 2, 1, 3)], "protected": [(1, 3, 3, 4)], "rule": [(1, 2, 3, 4)], "validated": [(1, 3)],
                "wide": [3], "metadata": {"cột": 3, "dòng": 1}, "chart": [(1, 3, 3, 4)], "anchor": (2, 1),
            },
        ),
    ],
)  # fmt: skip
def test_everything_moves_along(api, furnished, request_, changed):
    api.batch(furnished, request_)

    assert places(api, furnished) == START | changed


def test_inserted_row_is_like_the_one_before_when_asked(api, small):
    bold = {"userEnteredFormat": {"textFormat": {"bold": True}}}
    api.batch(small, {"repeatCell": {"range": area(0, 1, 0, 4), "cell": bold, "fields": "userEnteredFormat"}})

    api.batch(small, {"insertDimension": {"range": span("ROWS", 1, 2), "inheritFromBefore": True}})

    assert rows(api, small, "userEnteredFormat")[1] == [bold] * 4
    assert api.values(small, "'Tờ'")[:3] == [["a1", "b1", "c1"], [], ["a2", "b2", "c2"]]


def test_append_dimension_makes_the_grid_longer(api, small):
    api.batch(small, {"appendDimension": {"sheetId": 0, "dimension": "COLUMNS", "length": 3}})

    grid = sheet(api, small, "properties.gridProperties")["properties"]["gridProperties"]
    assert grid == {"rowCount": 6, "columnCount": 7}


def test_move_dimension_moves_rows(api, small):
    api.batch(small, {"moveDimension": {"source": span("ROWS", 0, 1), "destinationIndex": 3}})

    assert [row[0] for row in api.values(small, "'Tờ'")] == ["a2", "a3", "a1"]


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ({"insertRange": {"range": area(0, 1, 0, 1), "shiftDimension": "ROWS"}},
         [["", "b1", "c1"], ["a1", "b2", "c2"], ["a2", "b3", "c3"], ["a3"]]),
        ({"insertRange": {"range": area(0, 1, 0, 1), "shiftDimension": "COLUMNS"}},
         [["", "a1", "b1", "c1"], ["a2", "b2", "c2"], ["a3", "b3", "c3"]]),
        ({"deleteRange": {"range": area(0, 1, 0, 2), "shiftDimension": "ROWS"}},
         [["a2", "b2", "c1"], ["a3", "b3", "c2"], ["", "", "c3"]]),
        ({"deleteRange": {"range": area(1, 2, 0, 1), "shiftDimension": "COLUMNS"}},
         [["a1", "b1", "c1"], ["b2", "c2"], ["a3", "b3", "c3"]]),
        ({"cutPaste": {"source": area(0, 1, 0, 2), "destination": {"rowIndex": 3, "columnIndex": 1}}},
         [["", "", "c1"], ["a2", "b2", "c2"], ["a3", "b3", "c3"], ["", "a1", "b1"]]),
        ({"copyPaste": {"source": area(0, 1, 0, 1), "destination": area(3, 5, 0, 2)}},
         [["a1", "b1", "c1"], ["a2", "b2", "c2"], ["a3", "b3", "c3"], ["a1", "a1"], ["a1", "a1"]]),
        ({"sortRange": {"range": area(0, 3, 0, 3), "sortSpecs": [{"dimensionIndex": 0, "sortOrder": "DESCENDING"}]}},
         [["a3", "b3", "c3"], ["a2", "b2", "c2"], ["a1", "b1", "c1"]]),
        ({"findReplace": {"find": "A", "replacement": "x", "allSheets": True}},
         [["x1", "b1", "c1"], ["x2", "b2", "c2"], ["x3", "b3", "c3"]]),
        ({"findReplace": {"find": "([ab])([12])", "replacement": "$2$1", "searchByRegex": True, "sheetId": 0}},
         [["1a", "1b", "c1"], ["2a", "2b", "c2"], ["a3", "b3", "c3"]]),
        ({"findReplace": {"find": "a1", "replacement": "", "matchEntireCell": True, "range": area(0, 3, 0, 1)}},
         [["", "b1", "c1"], ["a2", "b2", "c2"], ["a3", "b3", "c3"]]),
    ],
)  # fmt: skip
def test_cells_move(api, small, request_, expected):
    api.batch(small, request_)

    assert api.values(small, "'Tờ'") == expected


def test_find_replace_counts(api, small):
    reply = api.batch(small, {"findReplace": {"find": "1", "replacement": "9", "allSheets": True}})[0]

    assert reply == {"findReplace": {"valuesChanged": 3, "occurrencesChanged": 3, "rowsChanged": 1, "sheetsChanged": 1}}


@pytest.mark.parametrize(
    "find", ["[", "(?P<n>", "x" * 1001, "a(?=b)", "(?<=a)b", r"(a)\1", "a{1001}", "((a{1000}){1000}){9}"]
)
def test_expression_that_google_refuses_is_refused(api, small, find):
    error = api.refused(small, {"findReplace": {"find": find, "searchByRegex": True, "allSheets": True}})

    assert (error["code"], "Invalid regular expression" in error["message"]) == (400, True)


@pytest.mark.parametrize(
    ("find", "length"),
    [
        ("(a+)+$", 31_000),
        ("(a|aa)+$", 31_000),
        ("a*b", 31_000),
        ("a*a*b", 50_000),
        ("a?" * 34 + "a" * 34, 34),
        ("(.*)*x", 50_000),
    ],
)
def test_expression_that_runs_for_ever_elsewhere_is_answered(api, small, find, length):
    text = "a" * length
    api.put(small, "A1", [[text]])
    change = {"find": find, "replacement": "x", "searchByRegex": True, "matchEntireCell": True, "allSheets": True}

    api.batch(small, {"findReplace": change})

    assert api.values(small, "A1") == [["x" if find.startswith(("(a", "a?")) else text]]


@pytest.mark.parametrize(
    ("find", "text", "replacement", "expected"),
    [
        ("o.* (.*)", "Google Sheets", "$1 Rocks", "GSheets Rocks"),
        ("(a)(b)", "ab", "$2$1$0", "baab"),
        ("(a)", "a", "$12", "a2"),
        ("(?P<first>a)(b)?", "ac", "${first}-$2!", "a-!c"),
        ("a", "a.a", r"\$1\\", "$1\\.$1\\"),
        ("", "x", "y", None),
        ("x*", "abc", "-", "-a-b-c-"),
        ("ữ", "Chữ", "😀$0", "Ch😀ữ"),
        ("A", "a", "$1", None),
        ("a", "a", "${n}", None),
        ("a", "a", "$", None),
        ("a", "a", "\\", None),
        ("", "ab", "x" * 60_000, None),
        ("a", "a" * 1000, "x" * 1000, None),
    ],
)
def test_replacement_of_an_expression(api, small, find, text, replacement, expected):
    api.put(small, "A1", [[text]])
    change = {"find": find, "replacement": replacement, "searchByRegex": True, "range": area(0, 1, 0, 1)}

    answer = api.call("POST", f"/v4/spreadsheets/{small}:batchUpdate", {"requests": [{"findReplace": change}]})

    assert answer.status_code == (400 if expected is None else 200)
    assert api.values(small, "A1") == [[text if expected is None else expected]]


def test_search_that_begins_again_at_every_character_is_refused(api, small):
    api.put(small, "A1", [["a" * 50_000]])
    change = {"find": "a.*b|a", "replacement": "c", "searchByRegex": True, "allSheets": True}

    assert "more work" in api.refused(small, {"findReplace": change})["message"]


def test_owner_who_writes_more_than_others_searches_no_more(api, small):
    api.put(small, "A1", [["a" * 25_000]])
    change = {"find": "a.*b|a", "replacement": "c", "searchByRegex": True, "allSheets": True}

    assert "more work" in api.refused(small, {"findReplace": change})["message"]


def test_area_too_large_to_be_worked_through_is_refused(identity):
    guest = identity("khach@vidu.example")
    book = guest.create()
    grid = {"rowCount": 600_000, "columnCount": 10}
    cell = {"cell": {"note": "n"}, "fields": "note"}

    error = guest.refused(
        book,
        {"addSheet": {"properties": {"sheetId": 3, "gridProperties": grid}}},
        {"repeatCell": {"range": {"sheetId": 3}} | cell},
    )

    assert "more work than the embedded server does at once" in error["message"]


PASTES = {
    "PASTE_VALUES": {"value": {"numberValue": 2}, "bold": False, "rule": False},
    "PASTE_FORMULA": {"value": {"formulaValue": "=1+1"}, "bold": False, "rule": False},
    "PASTE_FORMAT": {"value": None, "bold": True, "rule": False},
    "PASTE_DATA_VALIDATION": {"value": None, "bold": False, "rule": True},
    "PASTE_NORMAL": {"value": {"formulaValue": "=1+1"}, "bold": True, "rule": True},
}


@pytest.mark.parametrize("kind", PASTES)
def test_paste_type_says_what_is_pasted(api, small, kind):
    cell = {
        "userEnteredValue": {"formulaValue": "=1+1"},
        "userEnteredFormat": {"textFormat": {"bold": True}},
        "dataValidation": {"condition": {"type": "BOOLEAN"}},
    }
    api.batch(small, {"updateCells": {"start": {}, "fields": "*", "rows": [{"values": [cell]}]}})

    api.batch(small, {"copyPaste": {"source": area(0, 1, 0, 1), "destination": area(4, 5, 0, 1), "pasteType": kind}})

    found = rows(api, small, "userEnteredValue,userEnteredFormat,dataValidation")[4][0]
    assert {
        "value": found.get("userEnteredValue"),
        "bold": "userEnteredFormat" in found,
        "rule": "dataValidation" in found,
    } == PASTES[kind]


def test_conditional_formats_are_kept_in_order(api, small):
    def rule(word):
        condition = {"type": "TEXT_EQ", "values": [{"userEnteredValue": word}]}
        return {"ranges": [area(0, 2, 0, 2)], "booleanRule": {"condition": condition, "format": {}}}

    def words():
        kept = sheet(api, small, "conditionalFormats")["conditionalFormats"]
        return [one["booleanRule"]["condition"]["values"][0]["userEnteredValue"] for one in kept]

    api.batch(
        small,
        {"addConditionalFormatRule": {"rule": rule("một"), "index": 0}},
        {"addConditionalFormatRule": {"rule": rule("hai"), "index": 1}},
        {"addConditionalFormatRule": {"rule": rule("không"), "index": 0}},
    )
    first = words()
    api.batch(
        small,
        {"updateConditionalFormatRule": {"index": 0, "rule": rule("số không")}},
        {"updateConditionalFormatRule": {"index": 0, "newIndex": 2, "sheetId": 0}},
        {"deleteConditionalFormatRule": {"index": 0, "sheetId": 0}},
    )

    assert first == ["không", "một", "hai"]
    assert words() == ["hai", "số không"]


def test_charts_are_kept_changed_and_deleted(api, small):
    anchor = {"overlayPosition": {"anchorCell": {"sheetId": 0, "rowIndex": 1, "columnIndex": 1}}}
    chart = {"chartId": 31, "spec": {"title": "Tiến độ", "pieChart": {}}, "position": anchor}
    api.batch(small, {"addChart": {"chart": chart}})

    api.batch(small, {"updateChartSpec": {"chartId": 31, "spec": {"title": "Khác"}}})
    kept = sheet(api, small, "charts")["charts"]
    api.batch(small, {"deleteEmbeddedObject": {"objectId": 31}})

    assert kept[0]["spec"]["title"] == "Khác"
    assert "pieChart" not in kept[0]["spec"]
    assert sheet(api, small, "charts") == {}


def test_filter_views_are_kept_changed_and_deleted(api, small):
    added = api.batch(small, {"addFilterView": {"filter": {"title": "Lọc", "range": area(0, 3, 0, 3)}}})[0]
    number = added["addFilterView"]["filter"]["filterViewId"]

    api.batch(small, {"updateFilterView": {"filter": {"filterViewId": number, "title": "Mới"}, "fields": "title"}},
              {"duplicateFilterView": {"filterId": number}})  # fmt: skip
    titles = [view["title"] for view in sheet(api, small, "filterViews")["filterViews"]]
    api.batch(small, {"deleteFilterView": {"filterId": number}})

    assert titles == ["Mới", "Copy of Mới"]
    assert len(sheet(api, small, "filterViews")["filterViews"]) == 1


def test_named_range_is_updated(api, small):
    wanted = {"namedRangeId": "n1", "name": "bảng", "range": area(0, 1, 0, 1)}
    api.batch(small, {"addNamedRange": {"namedRange": wanted}})

    changed = {"namedRangeId": "n1", "name": "lưới", "range": area(1, 2, 0, 3)}
    api.batch(small, {"updateNamedRange": {"namedRange": changed, "fields": "*"}})

    assert api.values(small, "lưới") == [["a2", "b2", "c2"]]


def search(api, book, **lookup):
    body = {"dataFilters": [{"developerMetadataLookup": lookup}]}
    found = api.ok("POST", f"/v4/spreadsheets/{book}/developerMetadata:search", body)
    return [entry["developerMetadata"] for entry in found.get("matchedDeveloperMetadata", [])]


@pytest.fixture
def marked(api, small):
    def entry(number, key, location, visibility="DOCUMENT"):
        wanted = {"metadataId": number, "metadataKey": key, "metadataValue": f"v{number}", "visibility": visibility}
        return {"createDeveloperMetadata": {"developerMetadata": wanted | {"location": location}}}

    api.batch(
        small,
        entry(1, "file", {"spreadsheet": True}),
        entry(2, "tab", {"sheetId": 0}),
        entry(3, "field", {"dimensionRange": span("COLUMNS", 1, 2)}),
        entry(4, "line", {"dimensionRange": span("ROWS", 2, 3)}, "PROJECT"),
    )
    return small


def test_metadata_is_found_by_every_criterion(api, marked):
    def ids(**lookup):
        return [entry["metadataId"] for entry in search(api, marked, **lookup)]

    assert ids() == [1, 2, 3, 4]
    assert ids(metadataKey="field") == [3]
    assert ids(metadataValue="v2") == [2]
    assert ids(metadataId=1) == [1]
    assert ids(locationType="ROW") == [4]
    assert ids(visibility="PROJECT") == [4]
    exact = {"locationMatchingStrategy": "EXACT_LOCATION"}
    assert ids(metadataLocation={"sheetId": 0}, **exact) == [2]
    assert ids(metadataLocation={"sheetId": 0}, locationMatchingStrategy="INTERSECTING_LOCATION") == [1, 2, 3, 4]
    assert ids(metadataLocation={"dimensionRange": span("COLUMNS", 1, 2)}, **exact) == [3]
    assert ids(metadataLocation={"dimensionRange": span("ROWS", 2, 3)}) == [1, 2, 3, 4]
    assert ids(metadataLocation={"dimensionRange": span("COLUMNS", 3, 4)}) == [1, 2, 4]


def test_tab_moves_as_places_were_before(api, small):
    api.batch(small, *[{"addSheet": {"properties": {"sheetId": number, "title": f"S{number}"}}} for number in (1, 2)])

    def order_after(number, index):
        wanted = {"properties": {"sheetId": number, "index": index}, "fields": "index"}
        api.batch(small, {"updateSheetProperties": wanted})
        return [one["properties"]["sheetId"] for one in api.get(small, fields="sheets.properties.sheetId")["sheets"]]

    assert order_after(0, 1) == [0, 1, 2]
    assert order_after(0, 2) == [1, 0, 2]
    assert order_after(1, 3) == [0, 2, 1]
    assert order_after(1, 0) == [1, 0, 2]


def test_metadata_is_shown_where_it_lies(api, marked):
    shown = api.get(marked)

    assert [entry["metadataId"] for entry in shown["developerMetadata"]] == [1]
    assert [entry["metadataId"] for entry in shown["sheets"][0]["developerMetadata"]] == [2]
    assert api.ok("GET", f"/v4/spreadsheets/{marked}/developerMetadata/3") == {
        "metadataId": 3,
        "metadataKey": "field",
        "metadataValue": "v3",
        "location": {
            "locationType": "COLUMN",
            "dimensionRange": {"dimension": "COLUMNS", "startIndex": 1, "endIndex": 2},
        },
        "visibility": "DOCUMENT",
    }
    columns = sheet(api, marked, "data(columnMetadata(developerMetadata(metadataKey)))")["data"][0]["columnMetadata"]
    assert columns == [{}, {"developerMetadata": [{"metadataKey": "field"}]}, {}, {}]


def test_metadata_of_a_project_is_hidden_from_others(api, marked, identity):
    api.share(marked, "unit@b.vn")
    unit = identity("unit@b.vn")

    assert [entry["metadataId"] for entry in search(unit, marked)] == [1, 2, 3]
    assert unit.error("GET", f"/v4/spreadsheets/{marked}/developerMetadata/4")["code"] == 404


def test_metadata_is_updated_and_deleted(api, marked):
    lookup = {"developerMetadataLookup": {"metadataKey": "tab"}}
    wanted = {"metadataValue": "mới"}

    api.batch(marked, {"updateDeveloperMetadata": {"dataFilters": [lookup], "developerMetadata": wanted,
                                                   "fields": "metadataValue"}})  # fmt: skip
    updated = search(api, marked, metadataKey="tab")[0]["metadataValue"]
    reply = api.batch(marked, {"deleteDeveloperMetadata": {"dataFilter": lookup}})[0]

    assert updated == "mới"
    assert [one["metadataId"] for one in reply["deleteDeveloperMetadata"]["deletedDeveloperMetadata"]] == [2]
    assert search(api, marked, metadataKey="tab") == []


def test_metadata_with_a_taken_id_is_refused(api, marked):
    wanted = {"metadataId": 1, "metadataKey": "k", "visibility": "DOCUMENT", "location": {"spreadsheet": True}}

    error = api.refused(marked, {"createDeveloperMetadata": {"developerMetadata": wanted}})

    assert error["message"].endswith("A developer metadata with id 1 already exists.")


def test_answer_may_hold_the_spreadsheet(api, small):
    body = {"requests": [{"addSheet": {"properties": {"title": "x"}}}], "includeSpreadsheetInResponse": True,
            "responseRanges": ["x"], "responseIncludeGridData": True}  # fmt: skip

    answer = api.ok("POST", f"/v4/spreadsheets/{small}:batchUpdate", body)

    assert [one["properties"]["title"] for one in answer["updatedSpreadsheet"]["sheets"]] == ["x"]


@pytest.mark.parametrize(("body", "message"), [
    ({"requests": []}, "Must specify at least one request."),
    ({"requests": [{}]}, "Invalid requests[0]: No request set."),
    ({"requests": [{"addSheet": {}, "deleteSheet": {}}]},
     "Invalid requests[0].addSheet: Exactly one kind of request must be set."),
])  # fmt: skip
def test_batch_without_sense_is_refused(api, small, body, message):
    assert api.error("POST", f"/v4/spreadsheets/{small}:batchUpdate", body)["message"] == message


def test_copy_to_another_spreadsheet(api, furnished, book):
    answer = api.ok("POST", f"/v4/spreadsheets/{furnished}/sheets/0:copyTo", {"destinationSpreadsheetId": book})

    assert (answer["title"], answer["index"]) == ("Copy of Tờ", 1)
    assert api.values(book, "'Copy of Tờ'") == api.values(furnished, "'Tờ'")
    shown = api.get(book, fields="sheets(merges,protectedRanges.range)")["sheets"][1]
    assert shown["merges"][0]["sheetId"] == shown["protectedRanges"][0]["range"]["sheetId"] == answer["sheetId"]


def test_kind_with_a_reply_of_its_own_answers_it_even_when_nothing_was_found(api, book):
    assert api.batch(book, {"findReplace": {"find": "không có", "replacement": "x", "allSheets": True}}) == [
        {"findReplace": {}}
    ]


@pytest.mark.parametrize(
    "request_",
    [
        {"updateSheetProperties": {"properties": {"sheetId": 0}, "fields": "*"}},
        {"updateSheetProperties": {"properties": {}, "fields": "properties"}},
        {"updateSheetProperties": {"properties": {"title": "khác"}, "fields": "sheetId"}},
        {"updateSpreadsheetProperties": {"properties": {}, "fields": "*"}},
    ],
)
def test_update_of_no_field_changes_nothing(api, request_):
    book = api.create(properties={"title": "a"}, sheets=[{"properties": {"title": "tờ"}}])
    before = api.get(book)

    api.batch(book, request_)

    assert api.get(book) == before


def test_new_title_of_a_spreadsheet_leaves_its_other_properties(api):
    book = api.create(properties={"title": "a"})
    settings = {"iterativeCalculationSettings": {"maxIterations": 7, "convergenceThreshold": 0.5}}
    api.batch(book, {"updateSpreadsheetProperties": {"properties": settings, "fields": "iterativeCalculationSettings"}})

    api.batch(book, {"updateSpreadsheetProperties": {"properties": {"title": "b"}, "fields": "title"}})

    properties = api.get(book)["properties"]
    assert (properties["title"], properties["iterativeCalculationSettings"]["maxIterations"]) == ("b", 7)
