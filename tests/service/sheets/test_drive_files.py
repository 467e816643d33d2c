"""A spreadsheet's file as Drive knows it, over the embedded server and over answers only Google gives."""

import json
from datetime import UTC, datetime

import pytest
import requests

from service.embedded.server import create_app
from service.embedded.storage.bearer_tokens import issue_token, mark_service_account
from service.errors import SheetsError, SheetsForbiddenError, SheetsUnavailableError
from service.sheets import drive_files, http, refusals
from service.sheets.drive_files import Permission
from service.sheets.in_process import WsgiAdapter
from service.sheets.retrying import RetryPolicy
from service.sheets.verbs import FileState, Sheets

AT = datetime(2023, 9, 29, 16, 59, 59, tzinfo=UTC)
SERVICE = "robot@du-an.iam.gserviceaccount.com"


def sheets_over(application, token="owner"):
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {token}"
    session.mount("https://", WsgiAdapter(application))
    return Sheets(http.connect(session, policy=RetryPolicy(attempts=1)), "cot")


@pytest.fixture
def application(tmp_path):
    return create_app(tmp_path, owner_token="owner", clock=lambda: AT)


@pytest.fixture
def sheets(application):
    return sheets_over(application)


@pytest.fixture
def robot(application, tmp_path):
    mark_service_account(tmp_path, SERVICE)
    return sheets_over(application, issue_token(tmp_path, SERVICE, lambda: AT))


@pytest.fixture
def book(sheets):
    return sheets.create("Sổ", {"dot": "a"})


def answering(*bodies, code=200):
    """A server that gives these bodies in order, the last again and again."""
    left = list(bodies)

    def application(_environ, start_response):
        start_response(f"{code} x", [("Content-Type", "application/json")])
        return [json.dumps(left.pop(0) if len(left) > 1 else left[0]).encode()]

    return sheets_over(application)


def test_file_is_seen_by_each_with_his_own_rights(sheets, robot, book):
    drive_files.share(sheets, book, "user", SERVICE, "writer")
    drive_files.keep_writers_from_sharing(sheets, book)
    drive_files.keep_readers_from_copying(sheets, book)

    ours, theirs = drive_files.facts_of(sheets, book), drive_files.facts_of(robot, book)

    assert (ours.name, ours.is_ours, ours.may_edit, ours.may_share) == ("Sổ", True, True, True)
    assert (theirs.is_ours, theirs.may_edit, theirs.may_share) == (False, True, False)
    assert (ours.writers_can_share, ours.copying_off, ours.properties) == (False, True, {"dot": "a"})


def test_file_not_shared_is_missing(robot, book):
    assert drive_files.facts_of(robot, book).state is FileState.MISSING


def test_marks_are_set_and_taken_away(sheets, book):
    drive_files.mark(sheets, book, {"mau": "b", "dot": None})

    assert drive_files.facts_of(sheets, book).properties == {"mau": "b"}


def test_shared_address_has_a_permission_until_it_is_taken_back(sheets, book):
    drive_files.share(sheets, book, "user", "Don-Vi@example.org", "writer")
    drive_files.share(sheets, book, "group", "nhom@example.org", "reader")
    given = drive_files.permissions_of(sheets, book)
    for one in given[1:]:
        drive_files.unshare(sheets, book, one.id)
        drive_files.unshare(sheets, book, one.id)

    assert {(one.kind, one.address, one.role, one.writes) for one in given[1:]} == {
        ("user", "don-vi@example.org", "writer", True),
        ("group", "nhom@example.org", "reader", False),
    }
    assert [one.role for one in drive_files.permissions_of(sheets, book)] == ["owner"]


def test_permissions_of_every_page_are_told():
    pages = [
        {"permissions": [{"id": "1", "type": "user", "emailAddress": "A@x", "role": "owner"}], "nextPageToken": "2"},
        {"permissions": [{"id": "2", "type": "domain", "domain": "x", "role": "writer"}, {"role": "reader"}]},
    ]

    assert drive_files.permissions_of(answering(*pages), "x") == (
        Permission("1", "user", "a@x", "owner"),
        Permission("2", "domain", "x", "writer"),
        Permission("", "", "", "reader"),
    )


@pytest.mark.parametrize("said", [[], "x", 5, None], ids=str)
def test_answer_that_is_no_object_is_refused(said):
    for ask in (
        lambda one: drive_files.facts_of(one, "x"),
        lambda one: drive_files.permissions_of(one, "x"),
    ):
        with pytest.raises(SheetsUnavailableError):
            ask(answering(said))


def test_who_can_own_nothing_is_told_by_the_reason(robot, sheets, book):
    with pytest.raises(SheetsForbiddenError) as refused:
        robot.create("Sổ", {})
    with pytest.raises(SheetsError) as missing:
        sheets.inventory("khong-co")

    assert (drive_files.lacks_storage(refused.value), drive_files.lacks_storage(missing.value)) == (True, False)
    assert not drive_files.lacks_storage(SheetsForbiddenError("storageQuotaExceeded"))


@pytest.mark.parametrize("reason", ["accessNotConfigured", "insufficientPermissions"])
def test_refusal_with_a_reason_we_know_says_what_to_do(reason):
    error = {"error": {"code": 403, "message": "m", "errors": [{"domain": "global", "reason": reason}]}}

    with pytest.raises(SheetsForbiddenError) as raised:
        drive_files.facts_of(answering(error, code=403), "x")

    assert str(raised.value) == str(refusals.CALL_WORDS[reason])


@pytest.mark.parametrize("said", [{}, {"capabilities": 7}, {"capabilities": {"canEdit": None}}], ids=str)
def test_rights_that_are_not_told_are_none(said):
    found = drive_files.facts_of(answering(said), "x")

    assert (found.may_edit, found.may_share, found.state) == (False, False, "there")
