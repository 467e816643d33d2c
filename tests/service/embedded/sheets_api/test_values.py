import json
import random

import pytest

from service.embedded.server import create_app
from tests.service.embedded.conftest import OWNER_TOKEN, Api

TEXT = {"userEnteredFormat": {"numberFormat": {"type": "TEXT"}}}


@pytest.fixture
def vi(api):
    return api.create(properties={"title": "vi", "locale": "vi_VN", "timeZone": "Asia/Ho_Chi_Minh"})


def grid(top, bottom, left, right, sheet=0):
    return {
        "sheetId": sheet,
        "startRowIndex": top,
        "endRowIndex": bottom,
        "startColumnIndex": left,
        "endColumnIndex": right,
    }


def test_new_spreadsheet_holds_nothing(api, book):
    answer = api.ok("GET", f"/v4/spreadsheets/{book}/values/Sheet1")

    assert answer == {"range": "Sheet1!A1:Z1000", "majorDimension": "ROWS"}


def test_trailing_empty_rows_and_cells_are_dropped(api, book):
    api.put(book, "A1", [["a", "", ""], ["", ""], ["", "b", ""], [""]])

    assert api.values(book, "Sheet1") == [["a"], [], ["", "b"]]


def test_raw_keeps_every_type_as_given(api, book):
    api.put(book, "A1", [["=1+1", 5, 2.0, 1.5, True, False, "05/10/2023", "TRUE", "'x"]])

    assert api.values(book, "A1:Z1", valueRenderOption="UNFORMATTED_VALUE") == [
        ["=1+1", 5, 2, 1.5, True, False, "05/10/2023", "TRUE", "'x"]
    ]


def test_null_leaves_a_cell_and_empty_text_clears_it(api, book):
    api.put(book, "A1", [["a", "b", "c"]])

    answer = api.put(book, "A1", [[None, "", "d"]])

    assert api.values(book, "A1:C1") == [["a", "", "d"]]
    assert answer["updatedCells"] == 2


def test_typed_dates_and_numbers_are_shown_in_the_locale(api, vi):
    api.put(vi, "A1", [["30/9/2023", "1,5", "50%", "1.234.567,89", "=0,5+1", "true"]], "USER_ENTERED")

    assert api.values(vi, "A1:F1") == [["30/09/2023", "1,5", "50%", "1.234.567,89", "1,5", "TRUE"]]
    assert api.values(vi, "A1:F1", valueRenderOption="UNFORMATTED_VALUE") == [[45199, 1.5, 0.5, 1234567.89, 1.5, True]]
    assert api.values(vi, "E1", valueRenderOption="FORMULA") == [["=0,5+1"]]


def test_dates_unformatted_as_text_when_asked(api, vi):
    api.put(vi, "A1", [["30/9/2023", 5]], "USER_ENTERED")

    options = {"valueRenderOption": "UNFORMATTED_VALUE", "dateTimeRenderOption": "FORMATTED_STRING"}

    assert api.values(vi, "A1:B1", **options) == [["30/09/2023", 5]]


TYPED = ["05/10/2023", "0123", "- đầu dòng", "=1+1", "1,5", "TRUE", "50%", "+84 912", "12:30"]


def test_text_cells_keep_what_is_typed(api, vi):
    api.batch(
        vi, {"repeatCell": {"range": grid(0, 5, 0, 26), "cell": TEXT, "fields": "userEnteredFormat.numberFormat"}}
    )

    api.put(vi, "A1", [TYPED], "USER_ENTERED")

    for option in ("FORMATTED_VALUE", "UNFORMATTED_VALUE", "FORMULA"):
        assert api.values(vi, "A1:Z1", valueRenderOption=option) == [TYPED]


def test_number_typed_into_a_text_cell_becomes_text(api, vi):
    api.batch(vi, {"repeatCell": {"range": grid(0, 5, 0, 26), "cell": TEXT, "fields": "userEnteredFormat"}})

    api.put(vi, "A1", [[5, 1.5]], "USER_ENTERED")

    assert api.values(vi, "A1:B1", valueRenderOption="UNFORMATTED_VALUE") == [["5", "1.5"]]


@pytest.mark.parametrize("tick", ["TRUE", "true", True])
def test_tick_becomes_a_boolean_even_in_a_text_cell(api, vi, tick):
    cell = TEXT | {"dataValidation": {"condition": {"type": "BOOLEAN"}}}
    api.batch(
        vi, {"repeatCell": {"range": grid(0, 5, 0, 1), "cell": cell, "fields": "userEnteredFormat,dataValidation"}}
    )

    api.put(vi, "A1", [[tick]], "USER_ENTERED")

    assert api.values(vi, "A1", valueRenderOption="UNFORMATTED_VALUE") == [[True]]
    assert api.values(vi, "A1") == [["TRUE"]]


def test_columns_first(api, book):
    body = {"majorDimension": "COLUMNS", "values": [["a", "b"], ["c"]]}
    api.ok("PUT", f"/v4/spreadsheets/{book}/values/A1", body, valueInputOption="RAW")

    assert api.values(book, "A1:B2") == [["a", "c"], ["b"]]
    assert api.values(book, "A1:B2", majorDimension="COLUMNS") == [["a", "b"], ["c"]]


def test_response_values_when_asked(api, book):
    answer = api.ok(
        "PUT",
        f"/v4/spreadsheets/{book}/values/A1:B1",
        {"values": [["5", "=A1*2"]]},
        valueInputOption="USER_ENTERED",
        includeValuesInResponse="true",
        responseValueRenderOption="UNFORMATTED_VALUE",
    )

    assert answer == {
        "spreadsheetId": book,
        "updatedRange": "Sheet1!A1:B1",
        "updatedRows": 1,
        "updatedColumns": 2,
        "updatedCells": 2,
        "updatedData": {"range": "Sheet1!A1:B1", "majorDimension": "ROWS", "values": [[5, 10]]},
    }


REFUSED = [
    ("Tờ không có!A1", [["x"]], "Unable to parse range: Tờ không có!A1"),
    ("A1:B", [["x", "y", "z"]], "Requested writing within range [Sheet1!A1:B], but tried writing to column [C]"),
    ("A1:B2", [["x"]] * 3, "Requested writing within range [Sheet1!A1:B2], but tried writing to row [3]"),
    ("A1:B2", [["x", "y", "z"]], "Requested writing within range [Sheet1!A1:B2], but tried writing to column [C]"),
    ("AA1", [["x"]], "Range (Sheet1!AA1) exceeds grid limits. Max rows: 1000, max columns: 26"),
    ("A1001", [["x"]], "Range (Sheet1!A1001) exceeds grid limits. Max rows: 1000, max columns: 26"),
    ("A1", [[{"a": 1}]], "Invalid values[0][0]: struct_value {}"),
    ("A1", [["x", [1]]], "Invalid values[0][1]: list_value {}"),
    ("A1", [[10**400]], "A number is too large to be kept."),
    ("A1", [["x" * 50_001]], "Your input contains more than the maximum of 50000 characters in a single cell."),
]


@pytest.mark.parametrize(("range_", "rows", "message"), REFUSED)
def test_write_is_refused(api, book, range_, rows, message):
    path = f"/v4/spreadsheets/{book}/values/{range_}"

    error = api.error("PUT", path, {"values": rows}, valueInputOption="RAW")

    assert (error["code"], error["message"]) == (400, message)
    assert api.values(book, "Sheet1") == []


@pytest.mark.parametrize(("range_", "size"), [("Z999", (1001, 28)), ("Z999:AD1002", (1001, 28)), ("Y998", (1000, 27))])
def test_write_that_begins_in_the_grid_makes_it_larger(api, book, range_, size):
    answer = api.put(book, range_, [["a", "b", "c"], [], ["d"]])

    kept = api.get(book)["sheets"][0]["properties"]["gridProperties"]
    assert (kept["rowCount"], kept["columnCount"]) == size
    assert answer["updatedCells"] == 4
    assert api.values(book, answer["updatedRange"])[2] == ["d"]


def test_fifty_thousand_characters_fit(api, book):
    api.put(book, "A1", [["ữ" * 50_000]])

    assert api.values(book, "A1") == [["ữ" * 50_000]]


def test_write_without_input_option_is_refused(api, book):
    error = api.error("PUT", f"/v4/spreadsheets/{book}/values/A1", {"values": [["x"]]})

    assert error["message"] == "'valueInputOption' is required but not specified"


@pytest.mark.parametrize(
    ("option", "enum"), [("majorDimension", "Dimension"), ("valueRenderOption", "ValueRenderOption")]
)
def test_unknown_option_is_refused_by_the_name_of_its_enum(api, book, option, enum):
    message = api.error("GET", f"/v4/spreadsheets/{book}/values/A1", **{option: "NIX"})["message"]

    assert message.endswith(f'(type.googleapis.com/google.apps.sheets.v4.{enum}), "NIX"')


@pytest.mark.parametrize("range_", ["AA1", "A1001:B1002", "Sheet1!AB:AC"])
def test_read_that_begins_beyond_the_grid_is_refused(api, book, range_):
    error = api.error("GET", f"/v4/spreadsheets/{book}/values/{range_}")

    assert error["code"] == 400
    assert error["message"].endswith("exceeds grid limits. Max rows: 1000, max columns: 26")


def test_read_that_ends_beyond_the_grid_is_cut(api, book):
    answer = api.ok("GET", f"/v4/spreadsheets/{book}/values/A999:AZ2000")

    assert answer["range"] == "Sheet1!A999:Z1000"


@pytest.mark.parametrize("title", ["Sở Y tế", "a'b", "a!b", "a/b", "A1", "😀", "x:clear", "100%", "a+b & c", "1+1"])
def test_tab_is_read_by_any_title(api, book, title):
    tab = api.client.open_by_key(book).add_worksheet(title, 3, 3)

    tab.update([["x"]], "B2")

    assert tab.get("B2") == [["x"]]
    assert tab.append_row(["y"])["updates"]["updatedCells"] == 1
    assert tab.get_all_values()[1:] == [["", "x"], ["", "y"]]


def test_append_finds_the_last_table(api, book):
    api.put(book, "A1", [["x", "y", "z"], ["1", "2", "3"], [None], [None, "a", "b", "c"], [None, "4", "5", "6"]])

    found = {
        range_: api.ok(
            "POST", f"/v4/spreadsheets/{book}/values/{range_}:append", {"values": [[]]}, valueInputOption="RAW"
        )["tableRange"]
        for range_ in ("Sheet1", "B4", "C5:D5", "B2:D4", "A3:G10", "A1", "B2")
    }

    assert found == {
        "Sheet1": "Sheet1!B4:D5",
        "B4": "Sheet1!B4:D5",
        "C5:D5": "Sheet1!B4:D5",
        "B2:D4": "Sheet1!B4:D5",
        "A3:G10": "Sheet1!B4:D5",
        "A1": "Sheet1!A1:C2",
        "B2": "Sheet1!A1:C2",
    }


def test_append_without_a_table_begins_at_the_range(api, book):
    answer = api.ok("POST", f"/v4/spreadsheets/{book}/values/C3:append", {"values": [["x"]]}, valueInputOption="RAW")

    assert "tableRange" not in answer
    assert answer["updates"]["updatedRange"] == "Sheet1!C3"


def test_append_overwrites_or_inserts(api, book):
    api.put(book, "A1", [["đầu"], [None], ["cuối"]])
    path = f"/v4/spreadsheets/{book}/values/A1:append"

    api.ok("POST", path, {"values": [["1"]]}, valueInputOption="RAW", insertDataOption="INSERT_ROWS")

    assert api.values(book, "A1:A5") == [["đầu"], ["1"], [], ["cuối"]]


def test_append_makes_the_grid_grow(api):
    props = {"title": "nhỏ", "gridProperties": {"rowCount": 1, "columnCount": 1}}
    book = api.create(sheets=[{"properties": props}])
    api.put(book, "A1", [["a"]])

    api.ok("POST", f"/v4/spreadsheets/{book}/values/A1:append", {"values": [["b", "c"]]}, valueInputOption="RAW")

    assert api.values(book, "'nhỏ'") == [["a"], ["b", "c"]]


def test_batches_read_write_and_clear(api, book):
    data = [{"range": "A1:B1", "values": [["a", "b"]]}, {"range": "C3", "values": [["c"]]}]

    written = api.ok("POST", f"/v4/spreadsheets/{book}/values:batchUpdate", {"valueInputOption": "RAW", "data": data})
    read = api.ok("GET", f"/v4/spreadsheets/{book}/values:batchGet", ranges=["A1:B2", "C3"])
    cleared = api.ok("POST", f"/v4/spreadsheets/{book}/values:batchClear", {"ranges": ["A1", "C3"]})

    assert (written["totalUpdatedCells"], written["totalUpdatedRows"], written["totalUpdatedColumns"]) == (3, 2, 3)
    assert [one.get("values") for one in read["valueRanges"]] == [[["a", "b"]], [["c"]]]
    assert cleared["clearedRanges"] == ["Sheet1!A1", "Sheet1!C3"]
    assert api.values(book, "Sheet1") == [["", "b"]]


def test_batch_refused_in_part_changes_nothing(api, book):
    data = [{"range": "A1", "values": [["a"]]}, {"range": "B1", "values": [["x" * 50_001]]}]

    error = api.error("POST", f"/v4/spreadsheets/{book}/values:batchUpdate", {"valueInputOption": "RAW", "data": data})

    assert error["message"].startswith("Invalid data[1]: Your input contains more")
    assert api.values(book, "Sheet1") == []


def test_clear_keeps_formats(api, book):
    api.batch(book, {"repeatCell": {"range": grid(0, 1, 0, 1), "cell": TEXT, "fields": "userEnteredFormat"}})
    api.put(book, "A1", [["x"]])

    api.ok("POST", f"/v4/spreadsheets/{book}/values/A1:clear")

    data = api.get(book, fields="sheets.data.rowData.values")["sheets"][0]["data"]
    assert data == [
        {"rowData": [{"values": [TEXT | {"effectiveFormat": data[0]["rowData"][0]["values"][0]["effectiveFormat"]}]}]}
    ]


def by_filter(api, book, *filters, **options):
    body = {"dataFilters": list(filters)} | options
    return api.ok("POST", f"/v4/spreadsheets/{book}/values:batchGetByDataFilter", body)


def test_data_filters_of_every_sort(api, book):
    api.put(book, "A1", [["a", "b"], ["c", "d"]])
    column = {"dimensionRange": {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}}
    entry = {"metadataKey": "cột", "metadataValue": "b", "visibility": "DOCUMENT", "location": column}
    api.batch(book, {"createDeveloperMetadata": {"developerMetadata": entry}})
    filters = [
        {"gridRange": {"sheetId": 0, "endRowIndex": 1}},
        {"a1Range": "Sheet1!A2:B2"},
        {"developerMetadataLookup": {"metadataKey": "cột"}},
    ]

    answer = by_filter(api, book, *filters)

    assert [
        (one["dataFilters"], one["valueRange"]["range"], one["valueRange"]["values"]) for one in answer["valueRanges"]
    ] == [
        ([filters[0]], "Sheet1!A1:Z1", [["a", "b"]]),
        ([filters[1]], "Sheet1!A2:B2", [["c", "d"]]),
        ([filters[2]], "Sheet1!B1:B1000", [["b"], ["d"]]),
    ]


def test_data_filter_that_matches_nothing_gives_nothing(api, book):
    assert by_filter(api, book, {"developerMetadataLookup": {"metadataKey": "không"}}) == {"spreadsheetId": book}


@pytest.mark.parametrize("wrong", [{}, {"a1Range": "A1", "gridRange": {}}, {"gridRange": {"sheetId": 99}}])
def test_wrong_data_filter_is_refused(api, book, wrong):
    error = api.error("POST", f"/v4/spreadsheets/{book}/values:batchGetByDataFilter", {"dataFilters": [wrong]})

    assert error["message"].startswith("Invalid dataFilters[0]: ")


def test_update_and_clear_by_data_filter(api, book):
    area = {"gridRange": grid(0, 1, 0, 2)}
    data = [{"dataFilter": area, "majorDimension": "ROWS", "values": [["a", "b"]]}]

    written = api.ok(
        "POST",
        f"/v4/spreadsheets/{book}/values:batchUpdateByDataFilter",
        {"valueInputOption": "RAW", "data": data},
    )
    read = api.values(book, "Sheet1")
    cleared = api.ok("POST", f"/v4/spreadsheets/{book}/values:batchClearByDataFilter", {"dataFilters": [area]})

    assert written["responses"][0]["dataFilter"] == area
    assert read == [["a", "b"]]
    assert cleared["clearedRanges"] == ["Sheet1!A1:B1"]
    assert api.values(book, "Sheet1") == []


def test_row_with_a_gap_is_appended_below_its_last_part(api, book):
    def append(area):
        body = {"values": [["x", "", "z"]]}
        path = f"/v4/spreadsheets/{book}/values/{area}:append"
        return api.ok("POST", path, body, valueInputOption="RAW")["updates"]["updatedRange"]

    assert [append(area) for area in ("Sheet1", "Sheet1", "A1")] == ["Sheet1!A1:C1", "Sheet1!C2:E2", "Sheet1!A2:C2"]


def test_cell_that_a_merged_one_covers_takes_no_value(api, book):
    merge = {"sheetId": 0, "startRowIndex": 0, "endRowIndex": 2, "startColumnIndex": 0, "endColumnIndex": 2}
    api.batch(book, {"mergeCells": {"range": merge, "mergeType": "MERGE_ALL"}})
    api.put(book, "A1", [["a", "b", "c"], ["d", "e", "f"]])

    assert api.values(book, "A1:C2") == [["a", "", "c"], ["", "", "f"]]


def test_rows_are_appended_to_the_table_there_is_whoever_changed_it(app, tmp_path, clock, api):
    """One server appends on and on, others between them; a third that has read nothing before says where."""
    chance = random.Random(7)
    known, fresh = (api.create(), api.create())
    one, other = Api(app, OWNER_TOKEN), Api(create_app(tmp_path, owner_token=OWNER_TOKEN, clock=clock), OWNER_TOKEN)
    ranges = ("A1", "Sheet1", "B:D", "F2:G9")

    def steps():
        for _ in range(120):
            rows = [[chance.choice(["x", "", None, 5, "=1+1"]) for _ in range(chance.randint(0, 4))] for _ in "ab"]
            rows = rows[: chance.randint(1, 2)]
            kind = chance.choice(("append", "append", "append", "append", "insert", "put", "clear", "refused"))
            yield kind, chance.choice(ranges), rows, f"{chance.choice('ABDFH')}{chance.randint(1, 12)}"

    def done(client, book, step):
        kind, range_, rows, cell = step
        path = f"/v4/spreadsheets/{book}/values/{range_}:append"
        if kind == "put":
            return client.put(book, cell, rows)
        if kind == "clear":
            return client.ok("POST", f"/v4/spreadsheets/{book}/values/{cell}:C20:clear", {})
        if kind == "refused":
            return client.error("POST", path, {"values": [*rows, ["x" * 50_001]]}, valueInputOption="RAW")
        extra = {"insertDataOption": "INSERT_ROWS"} if kind == "insert" else {}
        return client.ok("POST", path, {"values": rows}, valueInputOption="USER_ENTERED", **extra)

    for step in steps():
        writer = one if step[0] == "append" or chance.random() < 0.5 else other
        unread = Api(create_app(tmp_path, owner_token=OWNER_TOKEN, clock=clock), OWNER_TOKEN)
        answers = json.dumps(done(writer, known, step)), json.dumps(done(unread, fresh, step))
        assert answers[0].replace(known, "") == answers[1].replace(fresh, ""), step
