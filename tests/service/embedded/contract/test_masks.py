import pytest

from service.embedded.api_errors import RefusedError
from service.embedded.contract import masks

READ = [
    ("a", {"a": {}}),
    ("a,b", {"a": {}, "b": {}}),
    ("a.b.c", {"a": {"b": {"c": {}}}}),
    ("a/b/c", {"a": {"b": {"c": {}}}}),
    ("a(b,c)", {"a": {"b": {}, "c": {}}}),
    ("a(b(c,d),e),f", {"a": {"b": {"c": {}, "d": {}}, "e": {}}, "f": {}}),
    ("a.b,a.c", {"a": {"b": {}, "c": {}}}),
    ("a.b(c),a.b.d", {"a": {"b": {"c": {}, "d": {}}}}),
    ("a,a.b", {"a": {}}),
    ("a.b,a", {"a": {}}),
    (" a , b ", {"a": {}, "b": {}}),
    ("sheet_id,grid_properties.row_count", {"sheetId": {}, "gridProperties": {"rowCount": {}}}),
    ("*", {"*": {}}),
    ("a(*)", {"a": {"*": {}}}),
]


@pytest.mark.parametrize(("text", "tree"), READ)
def test_mask_is_read(text, tree):
    assert masks.read(text) == tree


BROKEN = ["", ",", "a,", "a(", "a(b", "a)", "a(b))", "a..b", ".a", "a()", "a(b)c", "(" * 500, "a." * 500]


@pytest.mark.parametrize("text", BROKEN)
def test_mask_that_cannot_be_read(text):
    with pytest.raises(masks.MaskError):
        masks.read(text)


VALUE = {"a": 1, "b": {"c": 2, "d": [{"e": 3, "f": 4}, {"f": 5}]}}


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a", {"a": 1}),
        ("b.c", {"b": {"c": 2}}),
        ("b/d/e", {"b": {"d": [{"e": 3}, {}]}}),
        ("b(c,d(f))", {"b": {"c": 2, "d": [{"f": 4}, {"f": 5}]}}),
        ("*", VALUE),
        ("*.c", {"a": 1, "b": {"c": 2}}),
        ("x", {}),
    ],
)
def test_mask_picks(text, left):
    assert masks.pick(masks.read(text), VALUE) == left


OLD = {"a": {"b": 1, "c": 2}, "d": 3}


@pytest.mark.parametrize(
    ("text", "new", "merged"),
    [
        ("d", {"d": 4}, {"a": {"b": 1, "c": 2}, "d": 4}),
        ("d", {}, {"a": {"b": 1, "c": 2}}),
        ("a", {"a": {"b": 9}}, {"a": {"b": 9}, "d": 3}),
        ("a.b", {"a": {"b": 9}}, {"a": {"b": 9, "c": 2}, "d": 3}),
        ("a.b", {}, {"a": {"c": 2}, "d": 3}),
        ("a(b,c)", {}, {"d": 3}),
        ("e.f", {"e": {"f": 5}}, {"a": {"b": 1, "c": 2}, "d": 3, "e": {"f": 5}}),
        ("*", {"x": 1}, {"x": 1}),
    ],
)
def test_update_takes_what_the_mask_names(text, new, merged):
    assert masks.merge(OLD, new, masks.read(text)) == merged
    assert OLD == {"a": {"b": 1, "c": 2}, "d": 3}


def test_update_mask_may_begin_with_its_root():
    assert masks.for_update("SheetProperties", "properties.title", root="properties") == {"title": {}}
    assert masks.for_update("SheetProperties", "title,tabColor/red") == {"title": {}, "tabColor": {"red": {}}}


@pytest.mark.parametrize("text", ["", None, "nothing", "title.x", "title("])
def test_wrong_update_mask_is_refused(text):
    with pytest.raises(RefusedError):
        masks.for_update("SheetProperties", text)


def test_mask_of_an_answer_in_every_writing(api, book):
    for text in (
        "sheets(properties(sheetId,title))",
        "sheets.properties.sheetId,sheets.properties.title",
        "sheets/properties(sheetId,title)",
        "sheets.properties(sheetId,title)",
    ):
        assert api.get(book, fields=text) == {"sheets": [{"properties": {"sheetId": 0, "title": "Sheet1"}}]}


@pytest.mark.parametrize(
    "text", ["nothing", "sheets.nothing", "properties(title,nothing)", "sheets(", "spreadsheetId.x"]
)
def test_unknown_field_of_a_mask_is_a_400(api, book, text):
    error = api.error("GET", f"/v4/spreadsheets/{book}", fields=text)

    assert (error["code"], error["status"]) == (400, "INVALID_ARGUMENT")
    assert "Cannot find matching fields for path" in error["message"]


def test_mask_decides_over_grid_data(api, book):
    api.put(book, "B2", [["x"]])

    masked = api.get(book, fields="sheets.data.rowData.values.formattedValue")
    unmasked = api.get(book)
    ranged = api.get(book, ranges="A2:B2", fields="sheets.data(startRow,rowData.values.formattedValue)")

    assert masked == {"sheets": [{"data": [{"rowData": [{}, {"values": [{}, {"formattedValue": "x"}]}]}]}]}
    assert "data" not in unmasked["sheets"][0]
    assert ranged == {"sheets": [{"data": [{"startRow": 1, "rowData": [{"values": [{}, {"formattedValue": "x"}]}]}]}]}


def test_wide_inventory_in_one_get(api, book):
    column = {"dimensionRange": {"dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}}
    entry = {"metadataKey": "field", "metadataValue": "ten", "visibility": "PROJECT", "location": column}
    api.batch(book, {"createDeveloperMetadata": {"developerMetadata": entry}})
    mask = (
        "properties(locale,timeZone),sheets(properties.sheetId,data(columnMetadata(developerMetadata(metadataValue))))"
    )

    shown = api.get(book, fields=mask)

    columns = shown["sheets"][0]["data"][0]["columnMetadata"]
    assert shown["properties"] == {"locale": "en_US", "timeZone": "Etc/GMT"}
    assert columns[:3] == [{}, {"developerMetadata": [{"metadataValue": "ten"}]}, {}]


def test_mask_stays_as_it_is_when_it_is_followed():
    text = "a(x(y),z),*(x(w),q)"
    tree = masks.read(text)

    assert masks.branch(tree, "a") == {"x": {"y": {}, "w": {}}, "z": {}, "q": {}}
    assert tree == masks.read(text)
