"""What Drive says of us, and what its answers show of its clock."""

import json
from datetime import UTC, datetime

import pytest
import requests

from service.errors import SheetsRefusedError
from service.sheets import drive_about, http
from service.sheets.in_process import WsgiAdapter
from service.sheets.retrying import RetryPolicy


def client(body, code=200, **headers):
    """A client of a server that always answers this."""

    def application(_environ, start_response):
        named = [(name.replace("_", "-"), text) for name, text in headers.items()]
        start_response(f"{code} x", [("Content-Type", "application/json"), *named])
        return [(body if isinstance(body, str) else json.dumps(body)).encode()]

    session = requests.Session()
    session.mount("https://", WsgiAdapter(application))
    return http.connect(session, policy=RetryPolicy(attempts=1))


def test_own_address_is_told_by_drive():
    assert drive_about.own_address(client({"user": {"emailAddress": "Tonghop@Du-An.iam.gserviceaccount.com"}})) == (
        "tonghop@du-an.iam.gserviceaccount.com"
    )


@pytest.mark.parametrize("body", ["{}", '{"user": 7}', '{"user": {}}', '{"user": {"emailAddress": ""}}'])
def test_own_address_that_is_not_told_is_refused(body):
    with pytest.raises(SheetsRefusedError):
        drive_about.own_address(client(body))


def test_server_that_knows_no_such_question_does_not_speak_of_spreadsheets():
    with pytest.raises(SheetsRefusedError, match="không nói đang nhận ta"):
        drive_about.own_address(client({"error": {"code": 404, "message": "Not Found"}}, 404))


@pytest.mark.parametrize(
    ("date", "at"),
    [
        ("Fri, 29 Sep 2023 17:00:00 GMT", datetime(2023, 9, 29, 17, tzinfo=UTC)),
        ("", None),
        ("hôm qua".encode().decode("latin-1"), None),
        ("Fri, 99 Sep 2023 17:00:00 GMT", None),
        ("2023-09-29", None),
    ],
)
def test_clock_of_the_server_is_read_from_its_answer(date, at):
    assert drive_about.server_time(client({"files": []}, Date=date)) == at


def test_answer_without_a_date_tells_no_time():
    assert drive_about.server_time(client({"files": []})) is None


@pytest.mark.parametrize("body", ["{}", '{"user": null}', '{"user": {}}', '{"user": "x"}'])
def test_address_that_is_not_told_is_left_open_where_another_is_known(body):
    assert drive_about.told_address(client(body)) == ""
