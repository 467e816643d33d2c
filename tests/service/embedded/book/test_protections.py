import pytest

from service.embedded.api_errors import PROTECTED

UNIT, OTHER = "unit@example.vn", "other@example.vn"


@pytest.fixture
def tab(api, book):
    """A tab in disjoint tiles: B2:C4 for the unit and the owner, the rest for the owner alone."""
    grid = {"rowCount": 10, "columnCount": 5}
    tiles = [((0, 1), (0, 5), []), ((1, 4), (0, 1), []), ((1, 4), (3, 5), []), ((4, 10), (0, 5), [])]
    requests = [{"addSheet": {"properties": {"sheetId": 7, "title": "Đơn vị", "gridProperties": grid}}}]
    for (top, bottom), (left, right), users in [*tiles, ((1, 4), (1, 3), [UNIT])]:
        area = {"sheetId": 7, "startRowIndex": top, "endRowIndex": bottom}
        area |= {"startColumnIndex": left, "endColumnIndex": right}
        requests.append({"addProtectedRange": {"protectedRange": {"range": area, "editors": {"users": users}}}})
    api.batch(book, *requests)
    api.share(book, UNIT)
    api.share(book, OTHER)
    return book


def test_unit_writes_its_own_cells(identity, tab, api):
    identity(UNIT).put(tab, "'Đơn vị'!B2:C2", [["Tên", "Từ 15/9"]], "USER_ENTERED")

    assert api.values(tab, "'Đơn vị'") == [[], ["", "Tên", "Từ 15/9"]]


@pytest.mark.parametrize("cell", ["A1", "A2", "D2", "B5", "A2:C2"])
def test_unit_cannot_write_elsewhere(identity, tab, api, cell):
    unit = identity(UNIT)
    path = f"/v4/spreadsheets/{tab}/values/'Đơn vị'!{cell}"

    error = unit.error("PUT", path, {"values": [["x", "y", "z"][: 3 if ":" in cell else 1]]}, valueInputOption="RAW")

    assert (error["code"], error["message"], error["status"]) == (400, PROTECTED, "INVALID_ARGUMENT")
    assert api.values(tab, "'Đơn vị'") == []


def area(top, bottom, left, right):
    return {
        "sheetId": 7, "startRowIndex": top, "endRowIndex": bottom, "startColumnIndex": left, "endColumnIndex": right,
    }  # fmt: skip


CELL = {"userEnteredValue": {"stringValue": "x"}}
A1 = area(0, 1, 0, 1)
WRITES = [
    {"updateCells": {"range": A1, "rows": [{"values": [CELL]}], "fields": "userEnteredValue"}},
    {"updateCells": {"start": {"sheetId": 7}, "rows": [{"values": [CELL]}], "fields": "userEnteredValue"}},
    {"repeatCell": {"range": A1, "cell": CELL, "fields": "*"}},
    {"appendCells": {"sheetId": 7, "rows": [{"values": [CELL]}], "fields": "*"}},
    {"mergeCells": {"range": area(0, 2, 0, 2)}},
    {"updateBorders": {"range": A1, "top": {"style": "SOLID"}}},
    {"setDataValidation": {"range": A1, "rule": {"condition": {"type": "BOOLEAN"}}}},
    {"deleteDimension": {"range": {"sheetId": 7, "dimension": "ROWS", "startIndex": 1, "endIndex": 2}}},
    {"insertDimension": {"range": {"sheetId": 7, "dimension": "COLUMNS", "startIndex": 2, "endIndex": 3}}},
    {"moveDimension": {
        "source": {"sheetId": 7, "dimension": "ROWS", "startIndex": 1, "endIndex": 2}, "destinationIndex": 4}},
    {"copyPaste": {"source": area(1, 2, 1, 2), "destination": A1}},
    {"cutPaste": {"source": area(1, 2, 1, 2), "destination": {"sheetId": 7}}},
    {"sortRange": {"range": area(0, 3, 0, 3), "sortSpecs": [{"dimensionIndex": 1}]}},
    {"insertRange": {"range": area(1, 2, 1, 2), "shiftDimension": "ROWS"}},
    {"deleteRange": {"range": area(1, 2, 1, 2), "shiftDimension": "COLUMNS"}},
    {"deleteSheet": {"sheetId": 7}},
]  # fmt: skip


@pytest.mark.parametrize("request_", WRITES, ids=lambda request: next(iter(request)))
def test_no_kind_of_request_gets_past_a_protection(identity, tab, request_):
    allowed = {"updateCells": {"start": {"sheetId": 7, "rowIndex": 1, "columnIndex": 1}, "fields": "note",
                               "rows": [{"values": [{"note": "trước"}]}]}}  # fmt: skip

    error = identity(UNIT).refused(tab, allowed, request_)

    kind = next(iter(request_))
    assert (error["code"], error["message"]) == (400, f"Invalid requests[1].{kind}: {PROTECTED}")


def test_refused_batch_changes_nothing(identity, tab, api):
    before = api.get(tab, includeGridData="true")

    identity(UNIT).refused(tab, {"addSheet": {"properties": {"title": "mới"}}}, WRITES[0])

    assert api.get(tab, includeGridData="true") == before


@pytest.mark.parametrize(
    ("verb", "path", "body", "query"),
    [
        ("POST", "values/'Đơn vị'!A1:append", {"values": [["x"]]}, {"valueInputOption": "RAW"}),
        ("POST", "values/'Đơn vị'!A1:clear", None, {}),
        ("POST", "values:batchClear", {"ranges": ["'Đơn vị'!A1"]}, {}),
        (
            "POST",
            "values:batchUpdate",
            {"valueInputOption": "RAW", "data": [{"range": "'Đơn vị'!A1", "values": [["x"]]}]},
            {},
        ),
        ("POST", "values:batchClearByDataFilter", {"dataFilters": [{"gridRange": A1}]}, {}),
        (
            "POST",
            "values:batchUpdateByDataFilter",
            {"valueInputOption": "RAW", "data": [{"dataFilter": {"gridRange": A1}, "values": [["x"]]}]},
            {},
        ),
    ],
)
def test_no_values_method_gets_past_a_protection(identity, tab, verb, path, body, query):
    error = identity(UNIT).error(verb, f"/v4/spreadsheets/{tab}/{path}", body, **query)

    assert error["code"] == 400
    assert error["message"].endswith(PROTECTED)


def test_other_writer_cannot_write_the_units_cells(identity, tab):
    error = identity(OTHER).error(
        "PUT", f"/v4/spreadsheets/{tab}/values/'Đơn vị'!B2", {"values": [["x"]]}, valueInputOption="RAW"
    )

    assert error["message"] == PROTECTED


def test_owner_always_writes(api, tab):
    api.put(tab, "'Đơn vị'!A1", [["x"]])

    assert api.values(tab, "'Đơn vị'!A1") == [["x"]]


def test_unit_cannot_protect_what_it_may_not_edit(identity, tab):
    error = identity(UNIT).refused(tab, {"addProtectedRange": {"protectedRange": {"range": A1}}})

    assert error["message"].endswith(PROTECTED)


def test_unit_cannot_lift_a_protection(identity, tab, api):
    protections = api.get(tab, fields="sheets.protectedRanges")["sheets"][1]["protectedRanges"]
    number = protections[0]["protectedRangeId"]
    unit = identity(UNIT)

    deleted = unit.refused(tab, {"deleteProtectedRange": {"protectedRangeId": number}})
    wanted = {"protectedRangeId": number, "editors": {"users": [UNIT]}}
    updated = unit.refused(tab, {"updateProtectedRange": {"protectedRange": wanted, "fields": "editors"}})

    assert deleted["message"].endswith(PROTECTED)
    assert updated["message"].endswith(PROTECTED)


def test_editors_are_shown_to_editors_only(identity, tab):
    seen = identity(UNIT).get(tab, fields="sheets.protectedRanges(editors,requestingUserCanEdit)")

    shown = seen["sheets"][1]["protectedRanges"]
    assert [bool(one.get("requestingUserCanEdit")) for one in shown] == [False, False, False, False, True]
    assert ["editors" in one for one in shown] == [False, False, False, False, True]


@pytest.fixture
def whole(api, book):
    """A sheet protected as a whole, B2:B3 left open."""
    hole = {"startRowIndex": 1, "endRowIndex": 3, "startColumnIndex": 1, "endColumnIndex": 2}
    protection = {"range": {"sheetId": 0}, "unprotectedRanges": [hole]}
    api.batch(book, {"addProtectedRange": {"protectedRange": protection}})
    api.share(book, UNIT)
    return book


def test_unprotected_range_is_open_to_every_editor(identity, whole, api):
    identity(UNIT).put(whole, "B2:B3", [["a"], ["b"]])

    assert api.values(whole, "B2:B3") == [["a"], ["b"]]


@pytest.mark.parametrize("cell", ["B1", "B4", "A2", "B1:B2"])
def test_around_the_unprotected_range_is_closed(identity, whole, cell):
    rows = [["x"], ["y"]] if ":" in cell else [["x"]]

    error = identity(UNIT).error(
        "PUT", f"/v4/spreadsheets/{whole}/values/{cell}", {"values": rows}, valueInputOption="RAW"
    )

    assert error["message"] == PROTECTED


@pytest.mark.parametrize(
    "request_",
    [
        {"updateSheetProperties": {"properties": {"sheetId": 0, "title": "khác"}, "fields": "title"}},
        {"deleteSheet": {"sheetId": 0}},
        {"updateSheetProperties": {"properties": {"sheetId": 0, "hidden": True}, "fields": "hidden"}},
    ],
)
def test_protected_sheet_cannot_be_renamed_hidden_or_deleted(identity, whole, api, request_):
    api.batch(whole, {"addSheet": {}})

    error = identity(UNIT).refused(whole, request_)

    assert error["message"].endswith(PROTECTED)


def test_warning_only_holds_nobody_back(api, book, identity):
    api.batch(book, {"addProtectedRange": {"protectedRange": {"range": {"sheetId": 0}, "warningOnly": True}}})
    api.share(book, UNIT)

    identity(UNIT).put(book, "A1", [["x"]])

    assert api.values(book, "A1") == [["x"]]


def test_warning_only_with_editors_is_refused(api, book):
    wanted = {"range": {"sheetId": 0}, "warningOnly": True, "editors": {"users": [UNIT]}}

    error = api.refused(book, {"addProtectedRange": {"protectedRange": wanted}})

    assert error["message"] == (
        "Invalid requests[0].addProtectedRange: ProtectedRange is warningOnly. Editors cannot be set on it."
    )


def test_update_makes_room_for_an_editor(api, whole, identity):
    number = api.get(whole, fields="sheets.protectedRanges")["sheets"][0]["protectedRanges"][0]["protectedRangeId"]
    wanted = {"protectedRangeId": number, "editors": {"users": [UNIT]}}

    api.batch(whole, {"updateProtectedRange": {"protectedRange": wanted, "fields": "editors"}})
    identity(UNIT).put(whole, "A1", [["x"]])

    assert api.values(whole, "A1") == [["x"]]
