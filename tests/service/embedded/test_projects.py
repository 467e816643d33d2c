"""Metadata of visibility PROJECT is seen, matched and changed by the project that wrote it alone."""

import pytest

from service.embedded.storage.bearer_tokens import issue_token
from tests.service.embedded.conftest import OWNER_TOKEN, Api

UNIT = "unit@example.vn"
KEY = {"metadataKey": "mark"}


@pytest.fixture
def unit(api, app, tmp_path, clock, book):
    api.share(book, UNIT)
    return Api(app, issue_token(tmp_path, UNIT, clock))


def mark(api, book, visibility="PROJECT", value=""):
    entry = KEY | {"metadataValue": value, "visibility": visibility, "location": {"sheetId": 0}}
    return api.batch(book, {"createDeveloperMetadata": {"developerMetadata": entry}})[0]["createDeveloperMetadata"]


def values(api, book):
    lookup = {"dataFilters": [{"developerMetadataLookup": KEY}]}
    found = api.ok("POST", f"/v4/spreadsheets/{book}/developerMetadata:search", lookup)
    return [one["developerMetadata"]["metadataValue"] for one in found.get("matchedDeveloperMetadata", [])]


def test_metadata_of_another_project_is_not_there(api, unit, book):
    number = mark(api, book, value="ours")["developerMetadata"]["metadataId"]
    lookup = {"developerMetadataLookup": KEY}

    assert unit.call("GET", f"/v4/spreadsheets/{book}/developerMetadata/{number}").status_code == 404
    assert "developerMetadata" not in unit.get(book)["sheets"][0]
    unit.batch(book, {"deleteDeveloperMetadata": {"dataFilter": lookup}})
    change = {"dataFilters": [lookup], "developerMetadata": {"metadataValue": "x"}, "fields": "metadataValue"}
    unit.batch(book, {"updateDeveloperMetadata": change})
    body = {"valueInputOption": "RAW", "data": [{"dataFilter": lookup, "values": [["x"]]}]}
    unit.ok("POST", f"/v4/spreadsheets/{book}/values:batchUpdateByDataFilter", body)

    assert (values(api, book), values(unit, book), api.values(book, "Sheet1")) == (["ours"], [], [])


def test_marks_of_two_projects_stay_apart(api, unit, book):
    mark(api, book, value="ours")
    mark(unit, book, value="theirs")
    mark(unit, book, "DOCUMENT", "open")

    assert (values(api, book), values(unit, book)) == (["ours", "open"], ["theirs", "open"])


def test_document_metadata_made_project_belongs_to_who_made_it_so(api, unit, book):
    mark(api, book, "DOCUMENT", "open")
    change = {"developerMetadata": {"visibility": "PROJECT"}, "fields": "visibility"}

    unit.batch(book, {"updateDeveloperMetadata": change | {"dataFilters": [{"developerMetadataLookup": KEY}]}})

    assert (values(api, book), values(unit, book)) == ([], ["open"])


def test_project_of_a_token_can_be_given(api, app, tmp_path, clock, unit, book):
    owner = api.get(book) and api.ok("GET", "/drive/v3/about", fields="user")["user"]["emailAddress"]
    mark(api, book, value="ours")

    apart = Api(app, issue_token(tmp_path, owner, clock, project="another"))
    same = Api(app, issue_token(tmp_path, UNIT, clock, project=owner))

    assert (values(apart, book), values(same, book), values(Api(app, OWNER_TOKEN), book)) == ([], ["ours"], ["ours"])


def test_copy_keeps_the_metadata_of_the_copier_alone(api, unit, book):
    mark(api, book, value="ours")
    mark(unit, book, value="theirs")

    copy = unit.ok("POST", f"/drive/v3/files/{book}/copy", {"name": "b"})["id"]

    assert values(unit, copy) == ["theirs"]
