"""Whatever is sent, the answer is one of Google's: never a 500.

`FUZZ=40 pytest tests/service/embedded/test_fuzz.py` tries forty times as much, each time something else, and writes the
longest time of an answer. FUZZ=400 makes about 10⁵ formulas and 10⁵ expressions.
"""

import json
import os
import sys
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.embedded.contract import request_check
from service.embedded.formulas.functions import FUNCTIONS

TIMES = int(os.environ.get("FUZZ", "1"))
SETTINGS = settings(
    max_examples=80 * TIMES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    derandomize=TIMES == 1,
)
SHEETS_TYPES = request_check.contract()["sheets"]
DRIVE_TYPES = request_check.contract()["drive"]
TEXTS = st.sampled_from(
    ["", "A1", "*", "userEnteredValue", "properties", "title", "Sheet1", "=A1+", "=SUM(A:A)", "'", "\x00", "\ud800",
     "30/9/2023", "userEnteredFormat.textFormat", "a(b", "userEnteredValue,note", "#,##0.00;", "sheets(properties)",
     "ữ😀", "vi_VN"]
) | st.text(max_size=12)  # fmt: skip
NUMBERS = st.integers(-2, 12) | st.integers(-(2**31), 2**31 - 1)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


def of_type(code, depth, types=SHEETS_TYPES):
    if isinstance(code, list):
        return st.lists(of_type(code[0], depth, types), max_size=3)
    if isinstance(code, dict):
        return st.dictionaries(TEXTS, of_type(code["*"], depth, types), max_size=2)
    if code.startswith("@"):
        return of_schema(code[1:], depth - 1, types) if depth > 0 else st.just({})
    if code.startswith("e:"):
        return st.sampled_from(code[2:].split("|"))
    plain = {
        "string": TEXTS,
        "integer": NUMBERS,
        "boolean": st.booleans(),
        "any": JSON_VALUES,
        "int64": NUMBERS.map(str),
    }
    return plain.get(code, st.floats(-10, 1e12, allow_nan=False))


def of_schema(name, depth, types=SHEETS_TYPES):
    fields = types[name]
    return st.fixed_dictionaries(
        {}, optional={key: st.deferred(lambda code=code: of_type(code, depth, types)) for key, code in fields.items()}
    )


DONE = sorted(SHEETS_TYPES["Request"])


@st.composite
def requests_(draw):
    """A request of one kind whose ranges often lie on the sheet there is."""
    kind = draw(st.sampled_from(DONE))
    body = draw(of_type(SHEETS_TYPES["Request"][kind], 4))
    return {kind: nudged(draw, body)}


def nudged(draw, value):
    if isinstance(value, list):
        return [nudged(draw, entry) for entry in value]
    if not isinstance(value, dict):
        return value
    fresh = {key: nudged(draw, entry) for key, entry in value.items()}
    for key in ("sheetId", "sourceSheetId"):
        if key in fresh and draw(st.integers(0, 4)):
            fresh[key] = 0
    for key in ("startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex", "startIndex", "endIndex"):
        if key in fresh and draw(st.integers(0, 4)):
            fresh[key] = draw(st.integers(0, 6))
    if "fields" in fresh and draw(st.integers(0, 3)):
        fresh["fields"] = "*"
    return fresh


@pytest.fixture
def small(api, undocumented):
    props = {"title": "Sheet1", "gridProperties": {"rowCount": 8, "columnCount": 6}}
    book = api.create(sheets=[{"properties": props}])
    api.put(book, "A1", [["a", 1, True], ["=B1", "30/9/2023"]], "USER_ENTERED")
    return book


SLOWEST = {"seconds": 0.0, "url": ""}


@pytest.fixture(scope="module", autouse=True)
def slowest():
    yield
    if TIMES > 1:
        sys.__stderr__.write(f"slowest answer: {SLOWEST['seconds']:.2f} s, {SLOWEST['url'][:200]}\n")


def is_googles(response):
    if response.elapsed.total_seconds() > SLOWEST["seconds"]:
        SLOWEST.update(seconds=response.elapsed.total_seconds(), url=response.url)
    assert response.status_code < 500, response.text
    if response.status_code >= 400:
        assert response.json()["error"]["code"] == response.status_code


def is_whole(api, book):
    shown = api.call("GET", f"/v4/spreadsheets/{book}", includeGridData="true")
    is_googles(shown)
    for sheet in shown.json().get("sheets", []):
        title = quote("'" + sheet["properties"]["title"].replace("'", "''") + "'", safe="")
        is_googles(api.session.get(f"https://sheets.googleapis.com/v4/spreadsheets/{book}/values/{title}"))


@SETTINGS
@given(batch=st.lists(requests_(), min_size=1, max_size=3))
def test_batch_update_of_any_requests(api, small, batch):
    body = json.dumps({"requests": batch}).encode()

    is_googles(api.session.post(f"https://sheets.googleapis.com/v4/spreadsheets/{small}:batchUpdate", data=body))
    is_whole(api, small)


OPEN_PATHS = (
    ":batchUpdate",
    ":getByDataFilter",
    "/values:batchGetByDataFilter",
    "/values:batchUpdate",
    "/values:batchClear",
    "/values/A1:append?valueInputOption=RAW",
    "/developerMetadata:search",
)


@SETTINGS
@given(
    body=JSON_VALUES
    | st.dictionaries(st.sampled_from(["requests", "values", "data", "dataFilters", "range"]), JSON_VALUES)
)
def test_any_json_to_any_method(api, small, body):
    for path in OPEN_PATHS:
        url = f"https://sheets.googleapis.com/v4/spreadsheets/{small}{path}"
        is_googles(api.session.post(url, data=json.dumps(body).encode()))


BODIES = ["Spreadsheet", "GetSpreadsheetByDataFilterRequest", "BatchGetValuesByDataFilterRequest",
          "BatchUpdateValuesRequest", "BatchUpdateValuesByDataFilterRequest", "SearchDeveloperMetadataRequest",
          "BatchClearValuesByDataFilterRequest", "ValueRange"]  # fmt: skip
PATHS = dict(zip(BODIES, ["", "/{}:getByDataFilter", "/{}/values:batchGetByDataFilter", "/{}/values:batchUpdate",
                          "/{}/values:batchUpdateByDataFilter", "/{}/developerMetadata:search",
                          "/{}/values:batchClearByDataFilter", "/{}/values/A1:append?valueInputOption=USER_ENTERED"],
                 strict=True))  # fmt: skip


@pytest.mark.parametrize("schema", BODIES)
@settings(SETTINGS, max_examples=60 * TIMES)
@given(data=st.data())
def test_body_of_the_right_shape(api, small, schema, data):
    body = nudged(data.draw, data.draw(of_schema(schema, 4)))
    url = "https://sheets.googleapis.com/v4/spreadsheets" + PATHS[schema].format(small)

    is_googles(api.session.post(url, data=json.dumps(body).encode()))
    is_whole(api, small)


@SETTINGS
@given(
    text=st.text(max_size=30) | st.from_regex(r"'?[A-Z]{0,4}\$?[0-9]{0,9}'?!?(:[A-Z]{0,4}[0-9]{0,9})?", fullmatch=True)
)
def test_any_range_mask_and_query(api, small, text):
    host = "https://sheets.googleapis.com"
    coded = quote(text.encode("utf-8", "surrogatepass"), safe="")
    is_googles(api.session.get(f"{host}/v4/spreadsheets/{small}/values/x{coded}"))
    is_googles(api.session.get(f"{host}/v4/spreadsheets/{small}?fields={coded}"))
    is_googles(api.session.get(f"{host}/drive/v3/files?q={coded}"))
    is_googles(api.session.get(f"{host}/drive/v3/files?fields={coded}&orderBy={coded}"))


@SETTINGS
@given(texts=st.lists(TEXTS | st.text("=+-(),;:.\"'&<>$%0123456789ABSUMIF!# ", max_size=25), max_size=8))
def test_any_typed_text_is_read_back(api, small, texts):
    url = f"https://sheets.googleapis.com/v4/spreadsheets/{small}/values/A1:A8?valueInputOption=USER_ENTERED"
    body = json.dumps({"values": [[text] for text in texts]}).encode()

    is_googles(api.session.put(url, data=body))
    is_whole(api, small)


DRIVE_CALLS = [
    ("POST", "/drive/v3/files", "File"),
    ("PATCH", "/drive/v3/files/{}", "File"),
    ("POST", "/drive/v3/files/{}/copy", "File"),
    ("POST", "/drive/v3/files/{}/permissions", "Permission"),
    ("PATCH", "/drive/v3/files/{}/permissions/anyoneWithLink", "Permission"),
    ("POST", "/drive/v3/files/{}/comments", "Comment"),
    ("POST", "/drive/v3/files/{}/watch", "Channel"),
    ("POST", "/drive/v3/channels/stop", "Channel"),
]
WORDS = {
    "role": st.sampled_from(["owner", "organizer", "writer", "commenter", "reader", "", "king"]),
    "type": st.sampled_from(["user", "group", "domain", "anyone", "web_hook", ""]),
    "emailAddress": st.sampled_from(["a@b.vn", "", "a", "tonghop@localhost"]),
    "mimeType": st.sampled_from(["application/vnd.google-apps.spreadsheet", "application/vnd.google-apps.folder", "x"]),
    "address": st.sampled_from(["https://a.vn/x", "http://127.0.0.1:1/", "ftp://x", "https://", "//"]),
}


@pytest.mark.parametrize(("verb", "path", "schema"), DRIVE_CALLS)
@settings(SETTINGS, max_examples=40 * TIMES)
@given(data=st.data())
def test_drive_body_of_the_right_shape_or_not(api, small, verb, path, schema, data):
    shaped = data.draw(of_schema(schema, 3, DRIVE_TYPES))
    shaped |= {key: data.draw(words) for key, words in WORDS.items() if data.draw(st.booleans())}
    body = data.draw(st.just(shaped) | JSON_VALUES)
    query = data.draw(st.sampled_from(["", "?supportsAllDrives=True", "?transferOwnership=true", "?fields=*"]))

    is_googles(
        api.session.request(verb, "https://www.googleapis.com" + path.format(small) + query, data=json.dumps(body))
    )
    is_googles(api.call("GET", "/drive/v3/files", fields="*"))
    is_googles(api.call("GET", f"/drive/v3/files/{small}/permissions", fields="*"))


@SETTINGS
@given(raw=st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_upload(api, small, raw):
    url = f"https://www.googleapis.com/upload/drive/v2/files/{small}?uploadType=media&convert=true"

    is_googles(api.session.put(url, data=raw))
    is_whole(api, small)


PIECES = st.sampled_from(
    ["1", "2,5", '"x"', "A1", "B2", "$A$1", "A:A", "A1:B8", "B1:A1", "1:8", "Sheet1!A1", "'x'!A1", "n", "TRUE", "#REF!",
     "", " ", "SUM(", "IF(", "ROW(", "HYPERLINK(", "ROUND(", "XYZ(", "(", ")", ")", ")", "+", "-", "*", "/", "^", "&",
     "%", "=", "<>", "<=", ";", ",", "1E308", "9^999", "'", '"', "!", "$", ":", "\x00", "ữ"]
)  # fmt: skip
REPEATED = st.sampled_from(
    [
        "+1",
        "-1",
        "-",
        "%",
        "^1",
        "&1",
        '&"x"',
        "=1",
        "(",
        "SUM(",
        "IF(1;",
        "IF(1,",
        "+A1",
        "+A1:B8",
        "&A1",
        ";A:A",
        ",A1:F8",
        "+(1",
    ]
)
LONG = st.tuples(PIECES, REPEATED, st.integers(1, 4000), st.sampled_from(["", ")", "1)"]), st.integers(0, 4000)).map(
    lambda parts: parts[0] + parts[1] * parts[2] + parts[3] * parts[4]
)
ARGUMENTS = st.sampled_from(
    ["", "0", "-1", "2.5", "1E308", "A1", "A1:B8", "A:A", '"a*"', '"dd/mm"', '"(a+)+$"', "A1:A8>1",
     "SEQUENCE(99,9)", "1/0"]
)  # fmt: skip
CALLS = st.recursive(
    ARGUMENTS,
    lambda inner: st.tuples(st.sampled_from(sorted(FUNCTIONS)), st.lists(inner, max_size=5)).map(
        lambda parts: f"{parts[0]}({','.join(parts[1])})"
    ),
    max_leaves=9,
)
FORMULAS = (st.lists(PIECES, max_size=14).map("".join) | LONG | CALLS).map(lambda text: "=" + text[:40_000])


@settings(SETTINGS, max_examples=40 * TIMES)
@given(formulas=st.lists(FORMULAS, min_size=1, max_size=7))
def test_any_formulas_are_read(api, small, formulas):
    url = f"https://sheets.googleapis.com/v4/spreadsheets/{small}/values/A1:A8?valueInputOption=USER_ENTERED"

    is_googles(api.session.put(url, data=json.dumps({"values": [[text] for text in formulas]}).encode()))
    is_whole(api, small)


PARTS = st.sampled_from(
    ["a", "b", ".", "a*", "a?", "a+", "(a+)+", "(a|aa)+", "(.*)*", "[^b]*", "^", "$", "(", ")", "|", "{2}", "{1,30}",
     "{1000}", "*", "+?", "\\d", "\\w+", "\\b", "\\1", "(?i)", "(?=a)", "(?<x>a)", "(?P<y>b)", "[", "]", "\\", "\\pL",
     "ữ", "😀", "\x00"]
)  # fmt: skip
REPLACEMENTS = st.lists(st.sampled_from(["x", "$0", "$1", "$9", "${y}", "$", "\\", "\\$", "ữ", "x" * 300]), max_size=4)


@settings(SETTINGS, max_examples=40 * TIMES)
@given(
    parts=st.lists(st.tuples(PARTS, st.sampled_from([1, 1, 1, 2, 30])), min_size=1, max_size=8),
    replacement=REPLACEMENTS.map("".join),
    text=st.sampled_from(["a" * 20_000, "ab" * 500, "", "chữ a b 😀", "a" * 34, "b" + "a" * 5_000 + "c"]),
    options=st.fixed_dictionaries({}, optional={"matchCase": st.booleans(), "matchEntireCell": st.booleans()}),
)
def test_any_expression_is_answered(api, small, parts, replacement, text, options):
    find = "".join(part * count for part, count in parts)
    wanted = [find[at:] for at in range(min(len(find), 7))]
    api.put(small, "A1", [[text], ["b"], [text]])
    for one in wanted:
        change = options | {"find": one, "replacement": replacement, "searchByRegex": True, "allSheets": True}
        body = json.dumps({"requests": [{"findReplace": change}]})
        is_googles(api.session.post(f"https://sheets.googleapis.com/v4/spreadsheets/{small}:batchUpdate", data=body))
