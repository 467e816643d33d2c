import pytest

from service.embedded.contract import masks


def test_create_answers_a_whole_spreadsheet(api):
    answer = api.ok("POST", "/v4/spreadsheets", {"properties": {"title": "Sổ", "locale": "vi_VN"}})

    assert answer["properties"]["title"] == "Sổ"
    assert answer["properties"]["locale"] == "vi_VN"
    assert answer["properties"]["defaultFormat"]["textFormat"]["fontSize"] == 10
    assert answer["sheets"] == [
        {
            "properties": {
                "sheetId": 0,
                "title": "Sheet1",
                "index": 0,
                "sheetType": "GRID",
                "gridProperties": {"rowCount": 1000, "columnCount": 26},
            }
        }
    ]
    assert answer["spreadsheetUrl"] == f"https://docs.google.com/spreadsheets/d/{answer['spreadsheetId']}/edit"


def test_create_takes_tabs_cells_metadata_and_the_rest(api):
    area = {"sheetId": 7, "startRowIndex": 0, "endRowIndex": 1, "startColumnIndex": 0, "endColumnIndex": 2}
    first = {
        "properties": {"sheetId": 7, "title": "Một", "gridProperties": {"rowCount": 5, "columnCount": 3}},
        "data": [{"startRow": 1, "rowData": [{"values": [{"userEnteredValue": {"stringValue": "x"}, "note": "n"}]}],
                  "columnMetadata": [{"pixelSize": 50}]}],
        "merges": [area],
        "protectedRanges": [{"range": area}],
        "developerMetadata": [{"metadataKey": "unit", "metadataValue": "u1", "visibility": "DOCUMENT"}],
    }  # fmt: skip
    entry = {"metadataKey": "campaign", "visibility": "PROJECT", "location": {"spreadsheet": True}}

    book = api.create(sheets=[first, {"properties": {"title": "Hai"}}], developerMetadata=[entry])

    shown = api.get(book, includeGridData="true")
    assert [one["properties"]["title"] for one in shown["sheets"]] == ["Một", "Hai"]
    assert shown["sheets"][0]["merges"] == [area]
    assert shown["sheets"][0]["protectedRanges"][0]["range"] == area
    assert shown["sheets"][0]["developerMetadata"][0]["location"] == {"locationType": "SHEET", "sheetId": 7}
    assert shown["developerMetadata"][0]["metadataKey"] == "campaign"
    assert shown["sheets"][0]["data"][0]["rowData"][1]["values"][0]["note"] == "n"
    assert shown["sheets"][0]["data"][0]["columnMetadata"][0] == {"pixelSize": 50}
    assert api.values(book, "'Một'") == [[], ["x"]]


@pytest.mark.parametrize(
    "body",
    [
        {"properties": {"locale": "tiếng Việt"}},
        {"properties": {"timeZone": "Asia/Ho Chi Minh"}},
        {"properties": {"timeZone": "../etc"}},
        {"sheets": [{"properties": {"title": "a"}}, {"properties": {"title": "A"}}]},
        {"sheets": [{"properties": {"sheetId": -1}}]},
        {"sheets": [{"data": [{"startRow": 2000, "rowData": [{"values": [{}]}]}]}]},
        {"sheets": [{"properties": {"gridProperties": {"rowCount": 0}}}]},
    ],
)
def test_create_that_cannot_be_leaves_nothing(api, body):
    error = api.error("POST", "/v4/spreadsheets", body)

    assert (error["code"], error["status"]) == (400, "INVALID_ARGUMENT")
    assert api.ok("GET", "/drive/v3/files")["files"] == []


def test_ranges_narrow_sheets_and_cells(api, book):
    api.batch(book, {"addSheet": {"properties": {"sheetId": 5, "title": "Hai"}}})
    api.put(book, "Hai!B2", [["x"]])

    shown = api.get(book, ranges=["Hai!B2:C3", "Hai!A1"], includeGridData="true")

    (sheet,) = shown["sheets"]
    assert [len(data.get("rowData", [])) for data in sheet["data"]] == [1, 0]
    assert (sheet["data"][0]["startRow"], sheet["data"][0]["startColumn"]) == (1, 1)
    assert len(sheet["data"][0]["rowMetadata"]) == len(sheet["data"][0]["columnMetadata"]) == 2


def test_get_by_data_filter(api, book):
    column = {"dimensionRange": {"dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}}
    entry = {"metadataKey": "field", "visibility": "DOCUMENT", "location": column}
    api.batch(book, {"createDeveloperMetadata": {"developerMetadata": entry}})
    api.put(book, "A1", [["a", "b"]])
    body = {"dataFilters": [{"developerMetadataLookup": {"metadataKey": "field"}}], "includeGridData": True}

    shown = api.ok("POST", f"/v4/spreadsheets/{book}:getByDataFilter", body)

    (data,) = shown["sheets"][0]["data"]
    assert data["startColumn"] == 1
    assert data["rowData"][0]["values"][0]["formattedValue"] == "b"


def test_sheet_id_zero_is_left_out_of_ranges(api, book):
    area = {"sheetId": 0, "startRowIndex": 0, "endRowIndex": 2, "startColumnIndex": 0, "endColumnIndex": 2}
    api.batch(book, {"mergeCells": {"range": area}}, {"addProtectedRange": {"protectedRange": {"range": {}}}})

    shown = api.get(book, fields="sheets(properties.sheetId,merges,protectedRanges.range)")["sheets"][0]

    assert shown["properties"] == {"sheetId": 0}
    assert shown["merges"] == [{key: value for key, value in area.items() if key != "sheetId"}]
    assert shown["protectedRanges"] == [{"range": {}}]


MASKS_OF_CELLS = (
    "effectiveValue(numberValue)", "effectiveValue", "userEnteredValue,effectiveValue.stringValue", "formattedValue",
    "userEnteredValue.formulaValue,note", "hyperlink,formattedValue", "effectiveFormat.numberFormat", "dataValidation",
    "userEnteredFormat(textFormat),note", "*",
)  # fmt: skip


def test_cells_under_a_mask_are_what_it_leaves_of_the_whole(api, book):
    api.put(book, "A1", [["chữ", "12,5", "TRUE", "=A3+1"], [], ["5", "", "'007", "01/10/2023"]], "USER_ENTERED")
    area = {"sheetId": 0, "startRowIndex": 0, "endRowIndex": 2, "startColumnIndex": 1, "endColumnIndex": 6}
    dress = {"userEnteredFormat": {"textFormat": {"link": {"uri": "https://example.vn"}}}}
    one = {**area, "endRowIndex": 1, "endColumnIndex": 2}
    api.batch(
        book,
        {"repeatCell": {"range": area, "cell": dress, "fields": "userEnteredFormat.textFormat"}},
        {"repeatCell": {"range": one, "cell": {"note": "xem lại"}, "fields": "note"}},
        {"setDataValidation": {"range": one, "rule": {"condition": {"type": "BOOLEAN"}}}},
    )
    (whole,) = api.get(book, includeGridData="true")["sheets"][0]["data"]

    for mask in MASKS_OF_CELLS:
        shown = api.get(book, fields=f"sheets(data(rowData(values({mask}))))").get("sheets", [{}])[0].get("data", [{}])
        tree = masks.read(mask)
        picked = [_trimmed([masks.pick(tree, cell) for cell in row.get("values", [])]) for row in whole["rowData"]]
        assert [row.get("values", []) for row in shown[0].get("rowData", [])] == _trimmed(picked), mask


def _trimmed(entries):
    while entries and not entries[-1]:
        entries = entries[:-1]
    return entries
