"""The kinds that tidy, split, fill and decorate."""

import pytest

from tests.service.embedded.sheets_api.test_kinds import area, sheet, span


@pytest.fixture
def put(api, book):
    """Write rows as typed into the first tab, do requests, and return what is shown then."""

    def act(rows, *requests_):
        api.put(book, "A1", rows, "USER_ENTERED")
        act.replies = api.batch(book, *requests_)
        return api.values(book, "A1:Z50")

    return act


def test_trim_whitespace_leaves_one_space_and_makes_no_formula(put):
    rows = [["'  =1 + \t 1 ", " a\n\n b "], ["sạch", 5], ["='x '", "   "]]

    shown = put([*rows[:2], ['=" x "', "   "]], {"trimWhitespace": {"range": area(0, 3, 0, 2)}})

    assert shown == [["=1 + 1", "a b"], ["sạch", "5"], [" x "]]
    assert put.replies == [{"trimWhitespace": {"cellsChangedCount": 3}}]


def test_delete_duplicates_keeps_the_first_and_moves_formulas(put, api, book):
    rows = [
        ["Tên", "n", "ngoài"],
        ["an", 1, "x"],
        ["AN", 1, "y"],
        ["bình", "=1+1", "z"],
        [],
        ["Bình", "=1+1"],
        ["chi", "=A7"],
    ]

    shown = put(rows, {"deleteDuplicates": {"range": area(1, 7, 0, 2)}})

    assert put.replies == [{"deleteDuplicates": {"duplicatesRemovedCount": 2}}]
    body = [["an", "1", "x"], ["bình", "2", "y"], ["", "", "z"], ["chi", "chi"]]
    assert shown == [["Tên", "n", "ngoài"], *body]


def test_delete_duplicates_compares_the_columns_asked_for(put, api, book):
    compared = {"range": area(0, 3, 0, 2), "comparisonColumns": [span("COLUMNS", 0, 1)]}

    assert put([["a", 1], ["a", 2], ["b", 3]], {"deleteDuplicates": compared}) == [["a", "1"], ["b", "3"]]
    wrong = compared | {"comparisonColumns": [span("COLUMNS", 0, 3)]}
    assert "within the range" in api.refused(book, {"deleteDuplicates": wrong})["message"]


def test_randomize_range_keeps_every_row_whole(put):
    rows = [[str(number), f"r{number}"] for number in range(30)]

    shown = put(rows, {"randomizeRange": {"range": area(0, 30, 0, 2)}})

    assert sorted(shown) == sorted(rows)
    assert shown != rows


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({"data": 'a,"b,c"\r\n1,30/9/2026', "delimiter": ","}, [["a", "b,c"], ["1", "30/9/2026"]]),
        ({"data": "a||b", "delimiter": "||"}, [["a", "b"]]),
        ({"data": "a\tb\n=1+1\t'x", "delimiter": "\t", "type": "PASTE_VALUES"}, [["a", "b"], ["2", "x"]]),
        ({"data": "<table><tr><td>a<th>b&amp;<tr><td><b>c</b></table>", "html": True}, [["a", "b&"], ["c"]]),
        ({"data": "<p>một</p>", "html": True}, [["một"]]),
        ({"data": "a,b", "delimiter": ",", "type": "PASTE_FORMAT"}, []),
        ({"data": "", "delimiter": ","}, []),
    ],
)
def test_paste_data(api, book, given, shown):
    api.batch(book, {"pasteData": {"coordinate": {"rowIndex": 2, "columnIndex": 1}} | given})

    assert api.values(book, "B3:D9") == shown


def test_paste_data_makes_the_grid_grow(api, book):
    api.batch(
        book, {"pasteData": {"coordinate": {"rowIndex": 999, "columnIndex": 25}, "data": "a,b\nc", "delimiter": ","}}
    )

    grid = sheet(api, book, "properties.gridProperties")["properties"]["gridProperties"]
    assert grid == {"rowCount": 1001, "columnCount": 27}


@pytest.mark.parametrize(
    ("texts", "given", "shown"),
    [
        (["a,b", "c", "d,1"], {"delimiterType": "COMMA"}, [["a", "b"], ["c"], ["d", "1"]]),
        (["a;b,c", "d;e"], {"delimiterType": "AUTODETECT"}, [["a", "b,c"], ["d", "e"]]),
        (["a::b"], {"delimiterType": "CUSTOM", "delimiter": "::"}, [["a", "b"]]),
        (["a b.c"], {"delimiterType": "PERIOD"}, [["a b", "c"]]),
        (["ab", "5"], {"delimiterType": "AUTODETECT"}, [["ab"], ["5"]]),
    ],
)
def test_text_to_columns(put, texts, given, shown):
    source = {"source": area(0, len(texts), 0, 1)}

    assert put([[text] for text in texts], {"textToColumns": source | given}) == shown


@pytest.mark.parametrize(
    ("source", "filled"),
    [
        ([1, 2], ["3", "4", "5"]),
        ([5], ["5", "5", "5"]),
        ([1, 3, 4], ["5.666666667", "7.166666667", "8.666666667"]),
        (["Tuần 1"], ["Tuần 2", "Tuần 3", "Tuần 4"]),
        (["x01", "x02"], ["x03", "x04", "x05"]),
        (["a", "b"], ["a", "b", "a"]),
        (["1/31/2026"], ["2/1/2026", "2/2/2026", "2/3/2026"]),
        ([1, "a"], ["1", "a", "1"]),
        (["=ROW()"], ["2", "3", "4"]),
    ],
)
def test_auto_fill_continues(put, source, filled):
    directed = {"source": area(0, len(source), 0, 1), "dimension": "ROWS", "fillLength": 3}

    shown = put([[value] for value in source], {"autoFill": {"sourceAndDestination": directed}})

    assert [row[0] for row in shown[len(source) :]] == filled


def test_auto_fill_to_the_left_over_a_range_and_by_the_other_series(put, api, book):
    back = {"source": area(0, 1, 2, 4), "dimension": "COLUMNS", "fillLength": -2}
    assert put([["", "", 5, 6]], {"autoFill": {"sourceAndDestination": back}}) == [["3", "4", "5", "6"]]
    api.put(book, "A2", [[7, 8]])
    api.batch(book, {"autoFill": {"range": area(1, 2, 0, 4)}})
    assert api.values(book, "A2:D2") == [["7", "8", "9", "10"]]
    other = {"source": area(4, 5, 0, 1), "dimension": "ROWS", "fillLength": 2}
    api.put(book, "A5", [[5]])
    api.batch(book, {"autoFill": {"useAlternateSeries": True, "sourceAndDestination": other}})
    assert api.values(book, "A5:A7") == [["5"], ["6"], ["7"]]
    outside = {"source": area(0, 1, 0, 1), "dimension": "ROWS", "fillLength": -1}
    assert "outside the grid" in api.refused(book, {"autoFill": {"sourceAndDestination": outside}})["message"]


BAND = {"firstBandColor": {"red": 1}, "secondBandColorStyle": {"rgbColor": {"blue": 1}}}


def test_banding_is_kept_with_both_forms_of_its_colours(api, book):
    given = {"range": area(0, 4, 0, 3), "rowProperties": BAND}
    made = api.batch(book, {"addBanding": {"bandedRange": given}})[0]["addBanding"]["bandedRange"]

    assert made["range"] == {"startRowIndex": 0, "endRowIndex": 4, "startColumnIndex": 0, "endColumnIndex": 3}
    assert made["rowProperties"]["firstBandColorStyle"] == {"rgbColor": {"red": 1}}
    assert made["rowProperties"]["secondBandColor"] == {"blue": 1}
    assert sheet(api, book, "bandedRanges") == {"bandedRanges": [made]}
    assert "already has alternating" in api.refused(book, {"addBanding": {"bandedRange": given}})["message"]

    number = made["bandedRangeId"]
    changed = {"bandedRangeId": number, "range": area(0, 9, 0, 3), "columnProperties": BAND}
    api.batch(book, {"updateBanding": {"bandedRange": changed, "fields": "range,rowProperties,columnProperties"}})
    shown = sheet(api, book, "bandedRanges")["bandedRanges"][0]
    assert (shown["range"]["endRowIndex"], "rowProperties" in shown, "columnProperties" in shown) == (9, False, True)
    api.batch(book, {"deleteBanding": {"bandedRangeId": number}})
    assert sheet(api, book, "bandedRanges") == {}
    assert "No banded range" in api.refused(book, {"deleteBanding": {"bandedRangeId": number}})["message"]


def test_slicer_is_kept_changed_and_deleted(api, book):
    given = {"spec": {"dataRange": area(0, 4, 0, 3), "title": "Lọc", "columnIndex": 1}}
    made = api.batch(book, {"addSlicer": {"slicer": given}})[0]["addSlicer"]["slicer"]
    number = made["slicerId"]

    spec = {"slicerId": number, "spec": {"title": "Khác"}, "fields": "title"}
    api.batch(book, {"updateSlicerSpec": spec})

    assert sheet(api, book, "slicers(spec(title,columnIndex))") == {
        "slicers": [{"spec": {"title": "Khác", "columnIndex": 1}}]
    }
    api.batch(book, {"deleteEmbeddedObject": {"objectId": number}})
    assert sheet(api, book, "slicers") == {}


def test_table_has_the_titles_of_its_first_row(api, book):
    api.put(book, "A1", [["Tên", "Số"], ["An", 1]])
    given = {"table": {"name": "Bảng", "range": area(0, 2, 0, 3)}}
    made = api.batch(book, {"addTable": given})[0]["addTable"]["table"]

    assert [column["columnName"] for column in made["columnProperties"]] == ["Tên", "Số", "Column 3"]
    assert "already exists" in api.refused(book, {"addTable": given})["message"]
    other = {"table": {"name": "B2x", "range": area(1, 3, 2, 5)}}
    assert "must not overlap" in api.refused(book, {"addTable": other})["message"]
    api.batch(book, {"updateTable": {"table": {"tableId": made["tableId"], "name": "Khác"}, "fields": "name"}})
    assert sheet(api, book, "tables.name") == {"tables": [{"name": "Khác"}]}
    api.batch(book, {"duplicateSheet": {"sourceSheetId": 0}})
    names = [one["tables"][0]["name"] for one in api.get(book, fields="sheets.tables.name")["sheets"]]
    assert len(set(names)) == 2
    api.batch(book, {"deleteTable": {"tableId": made["tableId"]}})
    assert api.values(book, "Sheet1!A1:C3") == []


def test_border_of_a_chart(api, book):
    position = {"overlayPosition": {"anchorCell": {"sheetId": 0, "rowIndex": 0, "columnIndex": 2}}}
    chart = {"spec": {"title": "x", "basicChart": {"chartType": "BAR"}}, "position": position}
    made = api.batch(book, {"addChart": {"chart": chart}})[0]["addChart"]["chart"]

    assert made["position"]["overlayPosition"]["anchorCell"] == {"columnIndex": 2}
    assert (made["spec"]["fontName"], made["spec"]["titleTextFormat"]) == ("Roboto", {"fontFamily": "Roboto"})
    border = {"objectId": made["chartId"], "border": {"colorStyle": {"rgbColor": {"red": 1}}}, "fields": "colorStyle"}
    api.batch(book, {"updateEmbeddedObjectBorder": border})
    assert sheet(api, book, "charts.border.color") == {"charts": [{"border": {"color": {"red": 1}}}]}


def test_columns_are_as_wide_as_what_they_show(api, book):
    api.put(book, "A1", [["x" * 200, "", "a"], ["một\nhai\nba"]])
    api.batch(
        book,
        {"autoResizeDimensions": {"dimensions": span("COLUMNS", 0, 3)}},
        {"autoResizeDimensions": {"dimensions": span("ROWS", 0, 2)}},
    )
    data = sheet(api, book, "data(columnMetadata.pixelSize,rowMetadata.pixelSize)")["data"][0]

    wide, unset, narrow = (entry["pixelSize"] for entry in data["columnMetadata"][:3])
    assert wide > 1000 > unset == 100 > narrow
    assert [entry["pixelSize"] for entry in data["rowMetadata"][:3]] == [21, 55, 21]


def test_filter_sorts_its_rows_and_has_both_forms_of_its_criteria(api, book):
    api.put(book, "A1", [["t"], [3], [1], [2]])
    spec = {"columnIndex": 0, "filterCriteria": {"hiddenValues": ["2"]}}
    wanted = {"range": area(0, 4, 0, 1), "sortSpecs": [{"sortOrder": "ASCENDING"}], "filterSpecs": [spec]}
    api.batch(book, {"setBasicFilter": {"filter": wanted}})

    assert api.values(book, "A1:A4") == [["t"], ["1"], ["2"], ["3"]]
    shown = sheet(api, book, "basicFilter")["basicFilter"]
    assert shown["criteria"] == {"0": {"hiddenValues": ["2"]}}
    assert shown["filterSpecs"] == [spec]
    api.batch(book, {"setBasicFilter": {"filter": {"range": {"sheetId": 0}}}})
    bounds = {"startRowIndex": 0, "endRowIndex": 1000, "startColumnIndex": 0, "endColumnIndex": 26}
    assert sheet(api, book, "basicFilter") == {"basicFilter": {"range": bounds}}


def test_first_group_puts_the_buttons_after(api, book):
    api.batch(book, {"addDimensionGroup": {"range": span("ROWS", 0, 2)}})

    assert sheet(api, book, "properties.gridProperties.rowGroupControlAfter") == {
        "properties": {"gridProperties": {"rowGroupControlAfter": True}}
    }


def test_protection_answers_the_editors_asked_for_and_shows_all(api, book):
    given = {"protectedRange": {"range": area(0, 2, 0, 2), "editors": {"users": [], "groups": []}}}
    made = api.batch(book, {"addProtectedRange": given})[0]["addProtectedRange"]["protectedRange"]

    assert (made["editors"], made["requestingUserCanEdit"]) == ({}, True)
    assert sheet(api, book, "protectedRanges.editors") == {
        "protectedRanges": [{"editors": {"users": ["tonghop@localhost"]}}]
    }


def test_black_says_nothing_and_a_new_file_has_a_theme(api, book):
    black = {"red": 0, "green": 0, "blue": 0}
    cell = {"userEnteredFormat": {"backgroundColor": black}}
    api.batch(book, {"repeatCell": {"range": area(0, 1, 0, 1), "cell": cell, "fields": "userEnteredFormat"}})
    data = sheet(api, book, "data.rowData.values.userEnteredFormat")["data"][0]

    shown = data["rowData"][0]["values"][0]["userEnteredFormat"]
    assert shown == {"backgroundColor": {}, "backgroundColorStyle": {"rgbColor": {}}}
    theme = api.get(book)["properties"]["spreadsheetTheme"]
    assert (theme["primaryFontFamily"], len(theme["themeColors"])) == ("Arial", 9)


def test_colours_are_kept_in_steps_twice_and_without_noughts(api, book):
    rose = {"red": 1, "green": 0, "blue": 0.5}
    kept = {"red": 1, "blue": 0.49803922}
    look = {"borders": {"top": {"style": "SOLID_MEDIUM", "color": rose}, "left": {"style": "DOUBLE"}}}
    rule = {"ranges": [area(0, 1, 0, 1)], "booleanRule": {"condition": {"type": "BLANK"}}}
    rule["booleanRule"]["format"] = {"backgroundColor": rose}
    scale = {
        "ranges": [area(0, 1, 0, 1)],
        "gradientRule": {"minpoint": {"type": "MIN", "colorStyle": {"rgbColor": rose}}},
    }
    tab = {"properties": {"sheetId": 0, "tabColorStyle": {"rgbColor": rose}}, "fields": "tabColorStyle"}
    api.batch(
        book,
        {"updateSheetProperties": tab},
        {"repeatCell": {"range": area(0, 1, 0, 1), "cell": {"userEnteredFormat": look}, "fields": "userEnteredFormat"}},
        {"addConditionalFormatRule": {"rule": rule}},
        {"addConditionalFormatRule": {"rule": scale, "index": 1}},
    )

    found = sheet(api, book, "properties(tabColor,tabColorStyle),conditionalFormats,data.rowData.values")
    both = {"color": kept, "colorStyle": {"rgbColor": kept}}
    assert found["properties"] == {"tabColor": kept, "tabColorStyle": {"rgbColor": kept}}
    assert found["data"][0]["rowData"][0]["values"][0]["userEnteredFormat"]["borders"] == {
        "top": {"style": "SOLID_MEDIUM", "width": 2} | both,
        "left": {"style": "DOUBLE", "width": 3, "color": {}, "colorStyle": {"rgbColor": {}}},
    }
    painted, graded = found["conditionalFormats"]
    assert painted["booleanRule"]["format"] == {"backgroundColor": kept, "backgroundColorStyle": {"rgbColor": kept}}
    assert graded["gradientRule"]["minpoint"] == {"type": "MIN"} | both


def test_what_is_there_stays_where_the_mask_leaves_nothing_of_it(api, book):
    assert api.get(
        book, fields="sheets(properties.tabColorStyle,merges,basicFilter),properties.iterativeCalculationSettings"
    ) == {
        "properties": {},
        "sheets": [{"properties": {}}],
    }


def test_range_may_reach_beyond_the_end_of_the_grid_but_not_begin_there(api, book):
    cell = {"cell": {"userEnteredFormat": {"textFormat": {"bold": True}}}, "fields": "userEnteredFormat"}
    api.batch(book, {"repeatCell": {"range": area(998, 1004, 25, 28), **cell}})

    assert sheet(api, book, "properties.gridProperties")["properties"]["gridProperties"]["rowCount"] == 1000
    message = api.refused(book, {"repeatCell": {"range": {"startRowIndex": 1000, "endColumnIndex": 2}, **cell}})[
        "message"
    ]
    assert message.endswith("Range (Sheet1!1001:B) exceeds grid limits. Max rows: 1000, max columns: 26")


@pytest.mark.parametrize("empty", [area(1, 1, 0, 2), area(0, 2, 1, 1), area(0, 0, 0, 0)])
def test_a_range_of_no_cells_gives_nothing_to_copy_or_to_continue(put, empty):
    fill = {"dimension": "COLUMNS", "fillLength": 2}
    shown = put(
        [["1", "2"], ["3", "4"]],
        {"copyPaste": {"source": empty, "destination": area(0, 2, 0, 2)}},
        {"copyPaste": {"source": empty, "destination": area(0, 2, 0, 2), "pasteOrientation": "TRANSPOSE"}},
        {"autoFill": {"sourceAndDestination": {"source": empty, **fill}}},
        {"autoFill": {"sourceAndDestination": {"source": empty, "dimension": "ROWS", "fillLength": -1}}},
        {"autoFill": {"range": empty}},
    )

    assert shown == [["1", "2"], ["3", "4"]]
