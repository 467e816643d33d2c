"""The commands that stay, as real processes on free ports: edit, hook, worker, master; and how they end."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import secrets
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import gspread
import pytest
import requests
from click.testing import CliRunner

from service import clock as clocks
from service import data_folder
from service.cli.root import main
from service.settings import Settings
from tests.recording import recorded

HOOK_SECRET = "mot-bi-mat-du-dai-0123"
OWNER_TOKEN = "ma-cua-chu-0123456789"
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


class Running:
    """One command that was started, and what it has said so far."""

    def __init__(self, log: Path, args: tuple[str, ...], environ: dict[str, str]) -> None:
        self.log = log
        with log.open("wb") as out:
            command = [sys.executable, "-c", "from service.cli import main; main()", *args]
            self.process = subprocess.Popen(command, env=environ, stdout=out, stderr=subprocess.STDOUT)

    @property
    def said(self) -> str:
        return self.log.read_text()

    @property
    def address(self) -> str:
        until(lambda: ADDRESS.search(self.said) or self.process.poll() is not None)
        found = ADDRESS.search(self.said)
        assert found, self.said
        return found[0]

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(20)


def until(condition: Callable[[], object], seconds: float = 120.0) -> None:
    """Wait until something is so; fail when it does not come about."""
    latest = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < latest
        time.sleep(0.1)


@pytest.fixture
def start(tmp_path) -> Iterator[Callable[..., Running]]:
    """Return `start(*args, SETTING=…)`: run a command beside the test; whatever still runs is ended."""
    started: list[Running] = []

    def make(*args: str, **settings: str) -> Running:
        environ = {name: value for name, value in os.environ.items() if not name.startswith("TONGHOP_")}
        environ |= {f"TONGHOP_{name}": value for name, value in settings.items()} | {"PYTHONUNBUFFERED": "1"}
        running = Running(tmp_path / f"log-{len(started)}", args, environ)
        started.append(running)
        return running

    yield make
    for running in started:
        if running.process.poll() is None:
            running.process.terminate()
            try:
                running.process.wait(15)
            except subprocess.TimeoutExpired:
                running.process.kill()
        running.process.wait()


def post_hook(address: str, body: object) -> int:
    raw = json.dumps(body).encode()
    stamp, nonce = str(int(clocks.system().timestamp())), secrets.token_hex(8)
    digest = hmac.new(HOOK_SECRET.encode(), f"{stamp}.{nonce}.".encode() + raw, hashlib.sha256).hexdigest()
    headers = {
        "X-Tonghop-Timestamp": stamp,
        "X-Tonghop-Nonce": nonce,
        "X-Tonghop-Signature": f"sha256={digest}",
    }
    return requests.post(f"{address}/hooks/sheet", data=raw, headers=headers, timeout=10).status_code


def over_http(address: str, token: str) -> gspread.Client:
    session = recorded(requests.Session())
    session.trust_env = False
    session.headers["Authorization"] = f"Bearer {token}"
    client = gspread.Client(auth=None, session=session)
    send = client.http_client.request

    def request(method: str, endpoint: str, **options):
        return send(method, re.sub(r"^https://[a-z]+\.googleapis\.com", address, endpoint), **options)

    client.http_client.request = request
    return client


def settings_of(office, **more: str) -> dict[str, str]:
    return {"DATA_DIR": str(office.settings.data_dir), "HOOK_SECRET": HOOK_SECRET} | more


def test_an_edit_over_http_reaches_the_master_by_a_hook(office, start):
    book = office.books("registration")[0]
    tab = office.tab("S-CT", "registration")
    rows = tab.get_all_values()
    header = next(number for number, row in enumerate(rows, start=1) if row and row[0] == "Stt")
    sheets = start("sheets-server", "--port", "0", **settings_of(office, EMBEDDED_TOKEN=OWNER_TOKEN))
    served = settings_of(office, EMBEDDED_TOKEN=OWNER_TOKEN, SHEETS=sheets.address, DEBOUNCE_SECONDS="0.2")
    web = start("serve", "--port", "0", **served)
    until(lambda: requests.get(f"{web.address}/readyz", timeout=10).status_code == 200)
    client = over_http(sheets.address, OWNER_TOKEN)
    # without --data it is the service's own store
    assert len(client.open_by_key(book).worksheets()) == 4
    client.open_by_key(book).get_worksheet_by_id(tab.id).update(
        [["1", "Ra quân làm sạch kênh mương", "15/10/2023"]], f"A{header + 1}", raw=True
    )

    assert post_hook(web.address, {"spreadsheet_id": book, "sheet_id": tab.id}) == 204

    master = client.open_by_key(office.books("")[0])
    until(lambda: "Ra quân làm sạch kênh mương" in str(master.worksheet("Tổng hợp đăng ký").get_all_values()))
    assert [web.end(), sheets.end()] == [0, 0]
    assert "Traceback" not in web.said + sheets.said


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serve_ends_with_everything_it_started(office, start, number):
    web = start("serve", "--port", "0", **settings_of(office))
    address = web.address
    until(lambda: requests.get(f"{address}/readyz", timeout=10).status_code == 200)

    assert web.end(number) == 0
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{address}/healthz", timeout=5)
    assert "Traceback" not in web.said


def test_serve_killed_leaves_nothing_behind(office, start):
    web = start("serve", "--port", "0", **settings_of(office))
    address = web.address
    until(lambda: requests.get(f"{address}/readyz", timeout=10).status_code == 200)

    web.end(signal.SIGKILL)

    until(lambda: not answers(address))


def answers(address: str) -> bool:
    try:
        requests.get(f"{address}/healthz", timeout=5)
    except requests.RequestException:
        return False
    return True


@pytest.mark.parametrize("command", ["serve", "sheets-server"])
def test_a_port_in_use_is_told(tmp_path, command):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = CliRunner(env={"TONGHOP_DATA_DIR": str(tmp_path)}).invoke(main, [command, "--port", port])

    assert result.exit_code == 2
    assert f"Cổng {port} đang có chương trình khác dùng. Chọn cổng khác: --port SỐ." in result.output


def test_serve_takes_the_port_of_the_platform(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = CliRunner(env={"TONGHOP_DATA_DIR": str(tmp_path), "PORT": port}).invoke(main, ["serve"])

    assert f"Cổng {port} đang có chương trình khác dùng." in result.output


@pytest.mark.parametrize(
    "args", [["serve"], ["worker"], ["sheets-server", "--port", "0"]], ids=lambda args: " ".join(args)
)
def test_now_is_refused_outside_a_rehearsal(tmp_path, args):
    runner = CliRunner(env={"TONGHOP_DATA_DIR": str(tmp_path)})

    result = runner.invoke(main, [*args, "--now", "2023-09-29T17:00"])

    assert (result.exit_code, "--now chỉ dùng được" in result.output) == (2, True)


def test_worker_ends_when_told(office, start):
    running = start("worker", **settings_of(office))
    until(lambda: "run 2 done" in running.said or "done in" in running.said)

    assert running.end() == 0


def test_sheets_server_tells_where_the_token_is_and_never_the_token(tmp_path, start):
    running = start("sheets-server", "--port", "0", "--data", str(tmp_path / "kho"))
    address = running.address
    kept = tmp_path / "kho" / "embedded-token"
    until(kept.exists)
    token = kept.read_text()

    assert over_http(address, token).create("Bảng mới").title == "Bảng mới"
    assert requests.get(f"{address}/drive/v3/files", timeout=10).status_code == 403
    assert str(kept) in running.said
    assert token not in running.said
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_sheets_server_follows_the_rehearsals_clock_and_holds_googles_limits_when_asked(tmp_path, start):
    settings = {"DATA_DIR": str(tmp_path / "kho"), "REHEARSAL": "1", "EMBEDDED_TOKEN": OWNER_TOKEN}
    running = start("sheets-server", "--port", "0", "--now", "2023-09-29T17:00", "--quota", "google", **settings)
    client = over_http(running.address, OWNER_TOKEN)
    created = client.create("Bảng mới")
    book = created.id

    assert created.creationTime.startswith("2023-09-29T10:00")

    def read_often() -> None:
        for _ in range(200):
            client.http_client.fetch_sheet_metadata(book)

    with pytest.raises(gspread.exceptions.APIError) as refused:
        read_often()

    assert refused.value.code == 429
    assert refused.value.error["status"] == "RESOURCE_EXHAUSTED"


def test_token_is_printed_once_and_opens_the_server_which_answers_late_when_asked(tmp_path, start):
    data = str(tmp_path / "kho")
    result = CliRunner().invoke(main, ["sheets-server", "token", "Clerk@example.org", "--data", data])
    token = result.output.strip()
    running = start("sheets-server", "--port", "0", "--latency", "300", "--data", data)
    client = over_http(running.address, token)
    began = time.monotonic()

    assert result.exit_code == 0
    assert client.list_spreadsheet_files() == []
    assert time.monotonic() - began >= 0.3
    assert token.encode() not in (tmp_path / "kho" / "sheets.sqlite").read_bytes()


def test_token_before_the_sub_command_takes_the_groups_data(tmp_path):
    data = tmp_path / "kho"

    result = CliRunner().invoke(main, ["sheets-server", "--data", str(data), "token", "a@example.org"])

    assert (result.exit_code, (data / "sheets.sqlite").exists()) == (0, True)


@pytest.mark.parametrize("email", ["khong", "a@", "@b", "a b@c", "a@b@c"])
def test_token_refuses_what_is_no_address(tmp_path, email):
    result = CliRunner().invoke(main, ["sheets-server", "token", email, "--data", str(tmp_path)])

    assert (result.exit_code, "không phải là địa chỉ thư điện tử" in result.output) == (2, True)


def test_sheets_server_needs_a_port(tmp_path):
    result = CliRunner(env={"TONGHOP_DATA_DIR": str(tmp_path)}).invoke(main, ["sheets-server"])

    assert (result.exit_code, "Thiếu --port SỐ." in result.output) == (2, True)


def test_owner_token_set_is_the_one_that_opens(tmp_path):
    settings = Settings(data_dir=tmp_path, embedded_token=OWNER_TOKEN)

    assert data_folder.owner_token(settings) == OWNER_TOKEN


def test_serve_says_where_no_season_is_begun(start, tmp_path):
    web = start("serve", "--port", "0", "--no-worker", DATA_DIR=str(tmp_path / "nham"))

    assert web.address
    assert f"Đợt chưa bắt đầu ở {tmp_path / 'nham'}" in web.said
    assert web.end() == 0
    # what was declared is on record now; no unit is called late for it
    asked = CliRunner(env={"TONGHOP_DATA_DIR": str(tmp_path / "nham")}).invoke(main, ["status"])
    assert (asked.exit_code, "Đợt chưa bắt đầu" in asked.output) == (2, True)


def test_serve_without_a_worker_answers_and_does_no_work(office, start):
    web = start("serve", "--port", "0", "--no-worker", **settings_of(office))
    address = web.address
    until(lambda: requests.get(f"{address}/healthz", timeout=5).ok)

    checks = requests.get(f"{address}/readyz", timeout=10).json()

    assert (checks["failed"], checks["checks"]["database"]) == (["worker"], "ok")
    with office.workspace() as workspace:
        assert workspace.store.runs.last(office.campaign.key) == ()
    assert web.end() == 0
