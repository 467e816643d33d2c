"""The real Apps Script file in Node: its own tests, and its requests to the real web on loopback."""

from __future__ import annotations

import base64
import http.client
import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

from service import clock as clocks
from service import wiring, workflows
from service.settings import Settings
from service.web.app import create_app
from service.web.machines.hook_signatures import NONCE, SIGNATURE, TIMESTAMP

HERE = Path(__file__).parent
SCRIPT = HERE.parents[1] / "scripts" / "apps_script"
NODE = shutil.which("node")
SECRET = "mot bí mật đủ dài 🔑 0123"
OTHER_SECRET = "bi-mat-khac-0123456789"
UNITS = ("VP-UBND", "S-CT", "S-GDDT")

needs_node = pytest.mark.skipif(NODE is None, reason="Node.js (18 or newer) is not installed: apt-get install nodejs")


class Quiet(WSGIRequestHandler):
    """A server that keeps its log to itself."""

    def log(self, type, message, *args):
        pass


class Site:
    """A provisioned office whose web listens on loopback."""

    def __init__(self, workspace: workflows.Workspace, port: int) -> None:
        self.workspace = workspace
        self.port = port
        books = workspace.store.registry.workbooks(workspace.campaign.key)
        self.books = [book.spreadsheet_id for book in books if book.form]

    def run(self, **given: object) -> dict:
        """Run the script against this web; return what was exchanged, said and is still marked."""
        given = {"port": self.port, "secret": SECRET, "spreadsheets": self.books, "now": self.now()} | given
        environ = os.environ | {"GIVEN": json.dumps(given)}
        done = subprocess.run([NODE, str(HERE / "talk.js")], env=environ, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def now(self) -> int:
        return int(clocks.system().timestamp())

    def replay(self, exchange: dict, body: bytes | None = None, **headers: str) -> int:
        """Send a request of the script again, byte for byte but for what is given."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        sent = base64.b64decode(exchange["body"]) if body is None else body
        connection.request("POST", "/hooks/sheet", sent, exchange["headers"] | headers)
        status = connection.getresponse().status
        connection.close()
        return status

    def dirty(self) -> tuple[str, ...]:
        """Return the workbooks that are marked, and take the marks away."""
        later = self.workspace.lease_clock() + timedelta(minutes=5)
        claim = self.workspace.store.work.claim(later, "test", timedelta(seconds=1))
        if claim is None:
            return ()
        for spreadsheet_id in claim.spreadsheets:
            self.workspace.store.work.settle(claim, spreadsheet_id)
        self.workspace.store.work.release(claim, later)
        return claim.spreadsheets


@contextmanager
def serving(workspace: workflows.Workspace) -> Iterator[Site]:
    server = make_server("127.0.0.1", 0, create_app(workspace), threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield Site(workspace, server.server_port)
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    data = tmp_path_factory.mktemp("apps-script") / "data"
    with wiring.open_workspace(Settings(data_dir=data)) as opened:
        campaign = replace(opened.campaign, units=tuple(unit for unit in opened.campaign.units if unit.code in UNITS))
        forms = tuple(obligation.form for obligation in campaign.obligations)
        workflows.provision(replace(opened, campaign=campaign), forms)
    return data


@pytest.fixture
def site(folder, tmp_path) -> Iterator[Site]:
    settings = Settings(data_dir=shutil.copytree(folder, tmp_path / "data"), hook_secret=SECRET)
    with wiring.open_workspace(settings) as workspace, serving(workspace) as served:
        yield served


@needs_node
def test_script_keeps_its_promises_over_stubs_of_google():
    tests = sorted(str(path) for path in HERE.glob("*.test.js"))

    done = subprocess.run([NODE, "--test", "--test-reporter=tap", *tests], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout[-8_000:]
    assert "# fail 0" in done.stdout


@needs_node
def test_signature_is_accepted_and_the_workbooks_are_dirty(site):
    told = site.run()

    assert [one["code"] for one in told["exchanged"]] == [204] * len(site.books)
    assert [one["url"] for one in told["exchanged"]] == ["https://tonghop.vidu.example/hooks/sheet"] * len(site.books)
    assert site.dirty() == tuple(sorted(site.books))
    assert SECRET not in json.dumps(told["said"], ensure_ascii=False)


@needs_node
def test_second_minute_has_nothing_to_say(site):
    assert len(site.run(minutes=3)["exchanged"]) == len(site.books)


@needs_node
def test_replay_is_a_conflict_and_marks_nothing(site):
    (first, *_) = site.run()["exchanged"]
    site.dirty()

    assert site.replay(first) == 409
    assert site.dirty() == ()


@needs_node
@pytest.mark.parametrize("what", ["body", "space", "nonce", "timestamp", "signature", "none"])
def test_what_was_tampered_with_is_refused_and_marks_nothing(site, what):
    (first, *_) = site.run()["exchanged"]
    site.dirty()
    body = base64.b64decode(first["body"])
    told = json.loads(body)["spreadsheet_id"]
    other = next(book for book in site.books if book != told)
    headers = first["headers"]
    turned = headers[SIGNATURE][:-1] + ("0" if headers[SIGNATURE][-1] != "0" else "1")
    tampered = {
        "body": {"body": body.replace(told.encode(), other.encode())},
        "space": {"body": body + b" "},
        "nonce": {NONCE: "khac"},
        "timestamp": {TIMESTAMP: str(int(headers[TIMESTAMP]) + 1)},
        "signature": {SIGNATURE: turned},
        "none": {SIGNATURE: ""},
    }[what]

    assert site.replay(first, **tampered) == 401
    assert site.dirty() == ()


@needs_node
@pytest.mark.parametrize(
    ("given", "code"),
    [({"secret": OTHER_SECRET}, 401), ({"spreadsheets": ["bang-tinh-khong-phai-cua-ta-0123456789"]}, 404)],
    ids=["another secret", "another spreadsheet"],
)
def test_refusal_keeps_the_mark_and_tells_the_operator(site, given, code):
    told = site.run(**given)

    assert {one["code"] for one in told["exchanged"]} == {code}
    assert any(level == "error" and f": {code} – " in words for level, words in told["said"])
    assert str(given.get("secret", SECRET)) not in json.dumps(told["said"], ensure_ascii=False)
    assert not any(key.startswith("sent:") for key in told["marks"])
    assert site.dirty() == ()


@needs_node
def test_clock_that_is_six_minutes_wrong_is_refused(site):
    assert {one["code"] for one in site.run(now=site.now() - 360)["exchanged"]} == {401}


@needs_node
def test_server_that_is_not_there_keeps_the_marks(site):
    told = site.run(port=1)

    assert told["exchanged"] == []
    assert any("phút sau gửi lại" in words for level, words in told["said"] if level == "error")
    assert not any(key.startswith("sent:") for key in told["marks"])


def test_manifest_is_json_that_runs_the_modern_engine():
    manifest = json.loads((SCRIPT / "appsscript.json").read_text(encoding="utf-8"))

    assert (manifest["runtimeVersion"], manifest["timeZone"]) == ("V8", "Asia/Ho_Chi_Minh")


def test_file_is_shipped_without_a_secret():
    text = (SCRIPT / "Code.gs").read_text(encoding="utf-8")

    assert "\nvar SECRET = '';" in text
    assert "\nvar SPREADSHEETS = [];" in text
