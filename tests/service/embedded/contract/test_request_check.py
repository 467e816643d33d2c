import json

import pytest

from service.embedded.api_errors import ApiError
from service.embedded.contract import request_check
from service.embedded.sheets_api.kinds import KINDS
from tests import discovery
from tests.service.embedded.contract import contract_source


def test_contract_is_what_the_documents_say():
    assert json.loads(contract_source.TARGET.read_text(encoding="utf-8")) == contract_source.build()


def test_every_method_of_the_document_is_answered(api, book):
    unanswered = []
    for method in discovery.methods(discovery.document("sheets.v4")):
        path = "/" + method["path"].format(spreadsheetId=book, range="A1", metadataId=1, sheetId=0)
        response = api.call(method["httpMethod"], path, {} if method["httpMethod"] != "GET" else None)
        if "was not found on this server" in response.text:
            unanswered.append(method["id"])

    assert unanswered == []


def test_every_kind_is_one_of_the_document():
    known = discovery.document("sheets.v4")["schemas"]["Request"]["properties"]

    assert KINDS.keys() - known.keys() == set()


def test_kind_not_done_is_refused_in_googles_form(api, book):
    error = api.refused(book, {"addDataSource": {"dataSource": {}}})

    assert (error["code"], error["status"]) == (400, "INVALID_ARGUMENT")
    assert error["message"] == (
        "Invalid requests[0].addDataSource: The embedded server does not do this kind of request."
    )


UNKNOWN = [
    ({"requests": [{"addSheet": {"propertiez": {}}}]}, "propertiez", "requests[0].add_sheet"),
    ({"requests": [{"addShet": {}}]}, "addShet", "requests[0]"),
    ({"request": []}, "request", ""),
    (
        {"requests": [{"updateCells": {"rows": [{"values": [{}, {"userEntered": 1}]}]}}]},
        "userEntered",
        "requests[0].update_cells.rows[0].values[1]",
    ),
]


@pytest.mark.parametrize(("body", "name", "where"), UNKNOWN)
def test_unknown_field_is_named(api, book, body, name, where):
    error = api.error("POST", f"/v4/spreadsheets/{book}:batchUpdate", body)

    at = f" at '{where}'" if where else ""
    description = f'Invalid JSON payload received. Unknown name "{name}"{at}: Cannot find field.'
    assert (error["code"], error["status"], error["message"]) == (400, "INVALID_ARGUMENT", description)
    violation = {"field": where, "description": description} if where else {"description": description}
    assert error["details"] == [{"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation]}]


def test_all_unknown_fields_are_named_at_once(api, book):
    error = api.error("POST", f"/v4/spreadsheets/{book}:batchUpdate", {"a": 1, "b": 2, "requests": []})

    assert len(error["details"][0]["fieldViolations"]) == 2


def test_values_that_are_no_list_are_refused_in_googles_words(api, book):
    error = api.error("PUT", f"/v4/spreadsheets/{book}/values/A1", {"values": "X"}, valueInputOption="RAW")

    words = "Invalid value at 'data.values' (type.googleapis.com/google.protobuf.ListValue), \"X\""
    assert error == {
        "code": 400,
        "message": words,
        "status": "INVALID_ARGUMENT",
        "details": [
            {
                "@type": "type.googleapis.com/google.rpc.BadRequest",
                "fieldViolations": [{"field": "data.values", "description": words}],
            }
        ],
    }


WRONG = [
    {"requests": [{"addSheet": {"properties": {"sheetId": "abc"}}}]},
    {"requests": [{"addSheet": {"properties": {"sheetId": 2**31}}}]},
    {"requests": [{"addSheet": {"properties": {"sheetId": 1.5}}}]},
    {"requests": [{"addSheet": {"properties": {"title": 5}}}]},
    {"requests": [{"addSheet": {"properties": {"hidden": "maybe"}}}]},
    {"requests": [{"addSheet": {"properties": {"sheetType": "CIRCLE"}}}]},
    {"requests": [{"addSheet": []}]},
    {"requests": {}},
    {"requests": [7]},
]


@pytest.mark.parametrize("body", WRONG, ids=str)
def test_wrong_type_is_refused(api, book, body):
    error = api.error("POST", f"/v4/spreadsheets/{book}:batchUpdate", body)

    assert (error["code"], error["status"]) == (400, "INVALID_ARGUMENT")
    assert error["message"].startswith("Invalid value at 'requests")


def test_snake_case_text_numbers_and_null_are_accepted(api, book, undocumented):
    wanted = {"sheet_id": "12", "title": "số", "index": None, "grid_properties": {"row_count": 5.0}}

    replies = api.batch(book, {"add_sheet": {"properties": wanted}})

    assert replies[0]["addSheet"]["properties"] == {
        "sheetId": 12,
        "title": "số",
        "index": 1,
        "sheetType": "GRID",
        "gridProperties": {"rowCount": 5, "columnCount": 26},
    }


def test_unknown_query_is_named(api, book):
    error = api.error("GET", f"/v4/spreadsheets/{book}", includeGridDatas="true")

    assert error["message"] == (
        'Invalid JSON payload received. Unknown name "includeGridDatas": Cannot bind query parameter. '
        "Field 'includeGridDatas' could not be found in request message."
    )


@pytest.mark.parametrize("text", ["True", "true", "1", "False", "false"])
def test_booleans_of_the_query_in_every_writing(api, book, text):
    assert api.get(book, includeGridData=text)["spreadsheetId"] == book


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"', b"\xff\xfe", b"{" * 5000, b'{"requests": NaN}', b"null"])
def test_rubbish_is_a_400(api, book, body):
    url = f"https://sheets.googleapis.com/v4/spreadsheets/{book}:batchUpdate"

    response = api.session.post(url, data=body)

    assert response.status_code == 400
    assert response.json()["error"]["status"] == "INVALID_ARGUMENT"


def test_message_too_deep_is_a_400(api, book):
    body = {"requests": []}
    inner = body
    for _ in range(100):
        inner["requests"] = [{"addChart": {}}]
        inner = inner["requests"][0]["addChart"]

    assert api.error("POST", f"/v4/spreadsheets/{book}:batchUpdate", body)["code"] == 400


def test_body_over_ten_megabytes_is_a_413(api, book):
    url = f"https://sheets.googleapis.com/v4/spreadsheets/{book}:batchUpdate"

    response = api.session.post(url, data=b" " * (10 * 1024 * 1024 + 1))

    assert response.status_code == 413
    assert response.json()["error"]["code"] == 413


@pytest.mark.parametrize(
    "path", ["/v4/nothing", "/v4/spreadsheets/x/y/z", "/drive/v3/nothing", "/", "//", "/v5", "/%0A", "/%00", "/a%2F/b"]
)
def test_unknown_path_is_a_404_in_googles_form(api, path):
    response = api.session.get("https://sheets.googleapis.com" + path)

    assert (response.status_code, response.json()["error"]["code"]) == (404, 404)


@pytest.mark.parametrize("verb", ["OPTIONS", "TRACE", "PUT", "DELETE", "BREW"])
def test_verb_no_method_knows_is_a_404_in_googles_form(api, book, verb):
    response = api.session.request(verb, f"https://sheets.googleapis.com/v4/spreadsheets/{book}")

    assert (response.status_code, response.json()["error"]["code"]) == (404, 404)


@pytest.mark.parametrize("value", [True, "x", 1.5, "1e400", 2**40, None, [], {}])
def test_number_of_a_path_must_be_one(value):
    with pytest.raises(ApiError):
        request_check.check_number(value)
