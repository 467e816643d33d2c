"""The server for the tests of other people's scripts, as its page tells them to use it."""

import re
from pathlib import Path

import gspread
import pytest
import requests

from service.embedded import testing
from tests.recording import recorded

pytest_plugins = ["service.embedded.pytest_plugin"]
PAGE = Path(__file__).parents[3] / "docs" / "embedded.md"


def script(library):
    text = PAGE.read_text(encoding="utf-8")
    return re.search(rf"```python\n# {library}\n(.*?)```", text, re.DOTALL)[1]


@pytest.fixture(scope="module")
def server():
    with testing.running() as started:
        yield started


@pytest.mark.parametrize("library", ["gspread", "google-api-python-client"])
def test_script_of_the_page_runs_as_it_is(server, library, capsys):
    text = script(library).replace("http://127.0.0.1:9000", server.url).replace("TOKEN", repr(server.token()))

    exec(compile(text, str(PAGE), "exec"), {})

    assert capsys.readouterr().out == "[['Bắc Giang', '60']]\n"


def test_fixture_gives_each_address_its_own_client(server):
    mine, other = server.gspread_client("me@example.vn"), server.gspread_client("other@example.vn")
    recorded(mine.http_client.session)
    book = mine.create("Sổ")
    book.sheet1.append_row(["a", 1])

    with pytest.raises(PermissionError):
        other.open_by_key(book.id)
    book.share("other@example.vn", perm_type="user", role="reader")
    assert other.open_by_key(book.id).sheet1.get_all_values() == [["a", "1"]]
    with pytest.raises(gspread.exceptions.APIError):
        other.open_by_key(book.id).sheet1.update_acell("A1", "x")
    server.join_group("to@example.vn", "third@example.vn")
    book.share("to@example.vn", perm_type="group", role="writer")
    assert server.gspread_client("third@example.vn").open_by_key(book.id).title == "Sổ"


def test_address_that_is_not_googles_stays(server):
    assert server.local("https://example.vn/v4/x?y=1") == "https://example.vn/v4/x?y=1"
    assert server.local("https://docs.google.com/a?b#c") == f"{server.url}/a?b#c"


def test_plugin_gives_an_empty_server_that_is_gone_afterwards(sheets_server):
    assert sheets_server.session().get("https://www.googleapis.com/drive/v3/files").json()["files"] == []
    assert sheets_server.folder.exists()


def test_folder_that_is_given_keeps_its_spreadsheets(tmp_path):
    with testing.running(tmp_path) as server:
        token, url = server.token(), server.url
        server.gspread_client().create("Còn")
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=1)
    with testing.running(tmp_path) as server:
        answer = requests.get(f"{server.url}/drive/v3/files", headers={"Authorization": f"Bearer {token}"}, timeout=9)
    assert [file["name"] for file in answer.json()["files"]] == ["Còn"]
