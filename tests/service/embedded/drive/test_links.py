"""Sharing by link and by domain, and reading without a token."""

import pytest


@pytest.fixture
def shared(api, book):
    api.put(book, "A1", [["a", 1]])
    api.ok("POST", f"/drive/v3/files/{book}/permissions", {"type": "anyone", "role": "reader"})
    return book


def listed(caller):
    return [file["id"] for file in caller.ok("GET", "/drive/v3/files")["files"]]


def test_link_opens_a_file_and_does_not_list_it(api, shared, identity):
    stranger = identity("x@example.vn")

    assert stranger.values(shared, "A1:B1") == [["a", "1"]]
    assert listed(stranger) == []
    assert shared in listed(api)
    assert stranger.error("PUT", f"/v4/spreadsheets/{shared}/values/A1", {}, valueInputOption="RAW")["code"] == 403


def test_domain_and_whether_it_finds_the_file(api, book, identity):
    inside, outside = identity("a@bacgiang.gov.vn"), identity("b@example.vn")
    body = {"type": "domain", "role": "writer", "domain": "bacgiang.gov.vn", "allowFileDiscovery": True}
    made = api.ok("POST", f"/drive/v3/files/{book}/permissions", body, fields="id,allowFileDiscovery")

    assert made["allowFileDiscovery"]
    assert listed(inside) == [book]
    assert inside.put(book, "A1", [["x"]])["updatedCells"] == 1
    assert outside.error("GET", f"/v4/spreadsheets/{book}")["code"] == 403
    api.ok("DELETE", f"/drive/v3/files/{book}/permissions/{made['id']}")
    assert listed(inside) == []


def test_changes_say_nothing_of_a_file_known_by_link_alone(api, shared, identity):
    stranger = identity("x@example.vn")
    start = stranger.ok("GET", "/drive/v3/changes/startPageToken")["startPageToken"]
    api.put(shared, "A1", [["b"]])

    assert stranger.ok("GET", "/drive/v3/changes", pageToken=start)["changes"] == []


def test_key_reads_what_is_shared_by_link_and_nothing_else(api, shared, anonymous):
    hidden = api.create()

    assert anonymous.values(shared, "A1:B1", key="any") == [["a", "1"]]
    assert anonymous.error("GET", f"/v4/spreadsheets/{hidden}", key="any")["code"] == 403
    assert anonymous.error("GET", f"/v4/spreadsheets/{shared}")["code"] == 403
    query = {"key": "any", "valueInputOption": "RAW"}
    assert anonymous.error("PUT", f"/v4/spreadsheets/{shared}/values/A1", {"values": [["x"]]}, **query)["code"] == 401
    assert anonymous.error("GET", "/drive/v3/about", key="any", fields="user")["code"] == 401
    assert anonymous.ok("GET", "/drive/v3/files", key="any")["files"] == []
