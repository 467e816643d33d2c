import pytest
import requests

from service.sheets.in_process import WsgiAdapter
from tests import discovery
from tests.recording import RECORDER, recorded

BATCH = "/v4/spreadsheets/x:batchUpdate"
REPLY = {"spreadsheetId": "x", "replies": [{}]}
FAULTS = [
    (("GET", "/v4/spreadsheets/x", {"cells"}, None, 200, {}), "sheets.spreadsheets.get: unknown query cells"),
    (
        ("POST", BATCH, set(), {"requests": [{"addSheat": {}}]}, 200, REPLY),
        "sheets.spreadsheets.batchUpdate: request<BatchUpdateSpreadsheetRequest>.requests[0]<Request>: "
        "unknown key addSheat",
    ),
    (
        ("GET", "/v4/spreadsheets/x", set(), None, 200, {"properties": {"title": 5}}),
        "sheets.spreadsheets.get: answer<Spreadsheet>.properties<SpreadsheetProperties>.title: 5 is no string",
    ),
    (
        ("GET", "/drive/v3/files/x", set(), None, 200, {"trashed": "no", "nam": "x"}),
        "drive.files.get: answer<File>.trashed: 'no' is no boolean",
    ),
    (
        ("GET", "/v4/spreadsheets/x/values/A1", set(), None, 404, {"error": {"code": 404, "message": "?"}}),
        "sheets.spreadsheets.values.get: not Google's error form: {'error': {'code': 404, 'message': '?'}}",
    ),
    (("PUT", "/upload/drive/v2/files/x", {"sort"}, None, 200, {}), "drive.files.update: unknown query sort"),
    (("GET", "/v5/x", set(), None, 200, {}), "no such method: GET /v5/x"),
    (
        ("POST", BATCH, set(), {"requests": []}, 400,
         {"error": {"code": 400, "message": "Cannot find field.", "status": "INVALID_ARGUMENT"}}),
        "sheets.spreadsheets.batchUpdate: refused as unknown though documented: "
        "{'error': {'code': 400, 'message': 'Cannot find field.', 'status': 'INVALID_ARGUMENT'}}",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("exchange", "fault"), FAULTS)
def test_departure_from_the_documents_is_named(exchange, fault):
    assert discovery.check(*exchange)[0] == fault


def test_unknown_enum_value_is_named():
    sort = {"sheets": [{"properties": {"sheetType": "CIRCLE"}}]}

    (fault,) = discovery.check("GET", "/v4/spreadsheets/x", set(), None, 200, sort)

    where = "answer<Spreadsheet>.sheets[0]<Sheet>.properties<SheetProperties>.sheetType"
    assert fault.startswith(f"sheets.spreadsheets.get: {where}: 'CIRCLE' is not one of ")


def test_what_the_service_asks_and_is_answered_is_checked(office):
    before = RECORDER.seen.copy()

    office.standing("S-CT", "registration")
    office.consolidate()

    asked = RECORDER.seen - before
    assert asked["sheets.spreadsheets.values.batchGetByDataFilter"] > 0
    assert asked["sheets.spreadsheets.batchUpdate"] > 0


def test_answer_over_http_is_checked():
    def application(_environ, start_response):
        start_response("200 OK", [("Content-Type", "application/json")])
        return [b'{"colour": "red"}']

    with recorded(requests.Session()) as session:
        session.mount("http://", WsgiAdapter(application))
        session.get("http://127.0.0.1/v4/spreadsheets/x?fields=a")

    assert RECORDER.take() == ["sheets.spreadsheets.get: answer<Spreadsheet>: unknown key colour"]
