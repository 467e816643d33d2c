"""Addresses and bodies as clients write them, and Google takes them."""

import gzip
import json

import pytest
from werkzeug.test import Client

from service.embedded import routes
from service.embedded.contract.request_check import flat

BOOK = "/v4/spreadsheets/b"


@pytest.mark.parametrize(
    ("verb", "path", "name", "args"),
    [
        ("GET", BOOK + "/", "get", ("b",)),
        ("HEAD", BOOK, "get", ("b",)),
        ("POST", "/v4/spreadsheets/", "create", ()),
        ("POST", BOOK + "/:batchUpdate", "batchUpdate", ("b",)),
        ("POST", "/v4//spreadsheets//b:batchUpdate", "batchUpdate", ("b",)),
        ("POST", BOOK + "/values/:batchUpdate", "values.batchUpdate", ("b",)),
        ("POST", BOOK + "/values:batchUpdate/", "values.batchUpdate", ("b",)),
        ("GET", BOOK + "/values/a//b!A1", "values.get", ("b", "a//b!A1")),
        ("GET", BOOK + "/values/'x/'!A1", "values.get", ("b", "'x/'!A1")),
        ("POST", BOOK + "/values/a:b/c!A1:append", "values.append", ("b", "a:b/c!A1")),
    ],
)
def test_slashes_too_many_name_the_same_method(verb, path, name, args):
    method, found = routes.find(verb, path)

    assert (method.name, found) == (f"sheets.spreadsheets.{name}", args)


def test_slash_at_the_end_of_a_file(api, book):
    assert api.ok("GET", f"/drive/v3/files/{book}/", fields="name") == {"name": "Sổ"}
    assert api.call("HEAD", f"/v4/spreadsheets/{book}").status_code == 200


def test_lists_within_the_list_of_requests_and_nulls(api, book):
    def add(title):
        return {"addSheet": {"properties": {"title": title}}}

    # Google takes what its own document does not describe, so the request is not checked against it.
    body = json.dumps({"requests": [None, [add("a"), [add("b")], None], add("c")]})
    url = f"https://sheets.googleapis.com/v4/spreadsheets/{book}/:batchUpdate"
    replies = api.session.post(url, data=body).json()["replies"]

    assert [reply["addSheet"]["properties"]["title"] for reply in replies] == ["a", "b", "c"]


def test_deep_lists_of_requests_are_flattened_without_recursion():
    deep = [{"a": 1}]
    for _ in range(50_000):
        deep = [deep]

    assert flat(deep) == [{"a": 1}]


def test_answer_is_packed_where_both_headers_ask_for_it(app, api, book):
    client = Client(app)
    asked = {"Authorization": "Bearer owner-token", "Accept-Encoding": "gzip"}
    plain = client.get(f"/v4/spreadsheets/{book}?includeGridData=true", headers=asked)
    packed = client.get(
        f"/v4/spreadsheets/{book}?includeGridData=true", headers=asked | {"User-Agent": "script (gzip)"}
    )

    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data


@pytest.mark.parametrize(
    "order", ["recency desc", "modifiedByMeTime", "viewedByMeTime", "quotaBytesUsed", "folder,name"]
)
def test_every_documented_order_is_taken(api, book, order):
    assert api.ok("GET", "/drive/v3/files", orderBy=order)["files"]


def test_natural_order_counts_numbers(api):
    for name in ("Sổ 10", "Sổ 9", "Sổ 1"):
        api.create(properties={"title": name})

    files = api.ok("GET", "/drive/v3/files", orderBy="name_natural")["files"]

    assert [file["name"] for file in files] == ["Sổ 1", "Sổ 9", "Sổ 10"]
