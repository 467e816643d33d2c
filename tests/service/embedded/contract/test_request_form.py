import copy

import pytest

from service.embedded.api_errors import ApiError
from service.embedded.contract import request_check, request_form

BATCH = "BatchUpdateSpreadsheetRequest"
CELL = {"userEnteredValue": {"stringValue": "Bắc Giang"}, "note": "", "userEnteredFormat": {"wrapStrategy": "WRAP"}}
COLOUR = {"red": 0.5, "green": 0}
BODIES = [
    ({"requests": [{"updateCells": {"start": {"sheetId": 0}, "rows": [{"values": [CELL, {}]}], "fields": "*"}}]}, True),
    ({"requests": [{"repeatCell": {"cell": {"userEnteredFormat": {"backgroundColor": COLOUR}}}}]}, True),
    ({"requests": [{"repeatCell": {"cell": {"userEnteredFormat": {"backgroundColor": {"red": 0}}}}}]}, True),
    ({"requests": [{"updateCells": {"start": {"sheetId": "7"}}}]}, False),
    ({"requests": [{"update_cells": {"start": {"sheetId": 7.0}, "rows": None}}]}, False),
    ({"requests": [[{"updateCells": {"start": {"sheetId": True}}}], None]}, False),
    ({"requests": [{"updateCells": {"rows": [{"values": [{"userEnteredValue": {"numberValue": 10**400}}]}]}}]}, False),
    ({"requests": [{"updateCells": {"rows": [{"values": [{"userEntered": 1}]}]}}]}, False),
    ({"requests": {}, "includeSpreadsheetInResponse": "true"}, False),
    ([], False),
]


@pytest.mark.parametrize(("body", "stays"), BODIES)
def test_body_becomes_what_the_check_makes_of_it(body, stays):
    ours, theirs = copy.deepcopy(body), copy.deepcopy(body)

    assert _outcome(request_form.checked, ours) == _outcome(request_check.check_body, theirs)
    assert request_form.has_form("sheets", BATCH, body) is stays


def _outcome(check, body):
    try:
        return check("sheets", BATCH, body)
    except ApiError as error:
        return error.body(drive=False)


def test_every_schema_can_be_asked():
    for section in ("sheets", "drive"):
        for schema in request_check.contract()[section]:
            assert request_form.has_form(section, schema, {})
