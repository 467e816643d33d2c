"""An edit reaches the master by itself: embedded server, outbox, courier, hook, worker; real processes, free ports."""

from __future__ import annotations

import functools
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from service import connections
from service.embedded.storage.sqlite_store import FILE_NAME

ROOT = Path(__file__).parents[3]
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
OWNER_TOKEN = "ma-cua-chu-0123456789"
# no sweep comes to help
SETTINGS = {"DEBOUNCE_SECONDS": "0.3", "SWEEP_SECONDS": "86400"}


class Running:
    """One command and what it has said."""

    def __init__(self, log: Path, args: tuple[str, ...], settings: dict[str, str]) -> None:
        self.log = log
        environ = {name: value for name, value in os.environ.items() if not name.startswith("TONGHOP_")}
        environ |= {f"TONGHOP_{name}": value for name, value in settings.items()} | {"PYTHONUNBUFFERED": "1"}
        command = [sys.executable, "-c", "from service.cli import main; main()", *args]
        with log.open("wb") as out:
            self.process = subprocess.Popen(command, env=environ, stdout=out, stderr=subprocess.STDOUT)

    @property
    def address(self) -> str:
        until(lambda: ADDRESS.search(self.log.read_text()) or self.process.poll() is not None)
        found = ADDRESS.search(self.log.read_text())
        assert found, self.log.read_text()
        return found[0]


def until(condition: Callable[[], object], seconds: float = 120.0) -> None:
    latest = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < latest
        time.sleep(0.2)


@pytest.fixture
def start(office, tmp_path) -> Iterator[Callable[..., Running]]:
    """Return `start(*args, SETTING=…)` over the office's folder; whatever still runs at the end is ended."""
    started: list[Running] = []

    def make(*args: str, **settings: str) -> Running:
        given = {"DATA_DIR": str(office.settings.data_dir)} | SETTINGS | settings
        started.append(Running(tmp_path / f"log-{len(started)}", args, given))
        return started[-1]

    yield make
    for running in started:
        running.process.terminate()
    for running in started:
        running.process.wait(20)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def query(office, sql: str) -> list[tuple]:
    connection = sqlite3.connect(office.settings.data_dir / FILE_NAME, timeout=30)
    rows = connection.execute(sql).fetchall()
    connection.close()
    return rows


def is_quiet(office) -> bool:
    """Say whether every workbook is watched, nothing waits and no run is due."""
    with office.workspace() as workspace:
        state = workspace.store.work.state(office.campaign.key)
    watched = query(office, "SELECT count(*) FROM channel WHERE file = ''")[0][0] == 1
    watched = watched or query(office, "SELECT count(*) FROM channel")[0][0] == len(office.forms)
    told = query(office, "SELECT count(*) FROM outbox")[0][0] == 0
    return watched and told and state is not None and state.dirty_since is None and state.owner is None


def is_asleep(office) -> bool:
    """Say whether it stays quiet for longer than a push and its debounce take."""
    before = len(runs(office))
    quiet_since = time.monotonic()
    while time.monotonic() - quiet_since < 1.5:
        if not is_quiet(office):
            return False
        time.sleep(0.25)
    return len(runs(office)) == before


def runs(office) -> list[str]:
    with office.workspace() as workspace:
        return [run.trigger for run in reversed(workspace.store.runs.last(office.campaign.key, 1000))]


def has_run(office, times: int) -> bool:
    return len(runs(office)) >= times


def type_row(office, unit: str, *row: str) -> None:
    """Type a row below the header, as somebody of this unit, in another process than the server's."""
    tab = office.tab(unit, "registration")
    shown = tab.get_all_values()
    header = next(number for number, line in enumerate(shown) if line and line[0] == "Stt")
    with office.workspace() as workspace:
        emails = workspace.campaign.unit(unit).emails
        clerk = connections.clerk(office.settings, workspace.clock, emails[0] if emails else "")
    clerk.type_rows(tab.spreadsheet_id, tab.id, header + 1, [row])


def stands_on_master(office, text: str) -> bool:
    return text in str(office.master()["Tổng hợp đăng ký"])


def stands_in_master(office, text: str) -> bool:
    """Return True if any sheet of the master has it, what is to be corrected among them."""
    return text in str(office.master())


@pytest.fixture
def email(office) -> str:
    """Give a unit an address that may edit its tab."""
    office.unit("S-CT", emails=("van-thu@soct.example.vn",))
    office.provision()
    return "van-thu@soct.example.vn"


def test_channels_follow_a_restart_on_another_port(office, start):
    first = start("serve", "--port", "0")
    until(lambda: is_asleep(office))
    first.process.send_signal(signal.SIGKILL)
    first.process.wait()
    type_row(office, "S-CT", "1", "Làm lúc dịch vụ nghỉ", "15/10/2023")
    assert query(office, "SELECT count(*) FROM outbox") == [(1,)]

    second = start("serve", "--port", "0")
    until(lambda: stands_on_master(office, "Làm lúc dịch vụ nghỉ"))
    until(lambda: is_asleep(office))
    type_row(office, "S-CT", "1", "Làm sau khi dịch vụ trở lại", "15/10/2023")

    until(lambda: stands_on_master(office, "Làm sau khi dịch vụ trở lại"))
    assert query(office, "SELECT DISTINCT address FROM channel") == [(f"{second.address}/hooks/drive",)]


@pytest.mark.usefixtures("email")
def test_mode_is_switched_by_a_restart_and_edits_go_on_reaching_the_master_and_then_there_is_silence(office, start):
    for number, mode in enumerate(("files", "changes", "files")):
        swept = len(runs(office)) + 1  # as a worker begins
        web = start("serve", "--port", "0", WATCH=mode)
        until(functools.partial(has_run, office, swept))
        until(lambda: is_asleep(office))
        before = len(runs(office))
        # a period that cannot be read, so that feedback of our own is written, other feedback each time
        typed = f"lúc nào đó, lần {number}, báo theo {mode}"
        type_row(office, "S-CT", "1", "Ra quân làm sạch kênh mương", typed)
        until(functools.partial(stands_in_master, office, typed))
        until(lambda: is_asleep(office))

        # one run for the edit, one that confirms our own feedback, none after it
        assert runs(office)[before:] == ["hook", "hook"]
        assert len(query(office, "SELECT 1 FROM channel")) == (1 if mode == "changes" else len(office.forms))
        assert query(office, "SELECT DISTINCT address FROM channel") == [(f"{web.address}/hooks/drive",)]
        web.process.terminate()
        assert web.process.wait(20) == 0
        assert "Traceback" not in web.log.read_text()

    start("serve", "--port", "0", WATCH="off")
    until(lambda: query(office, "SELECT count(*) FROM channel") == [(0,)])


def test_channels_made_by_hand_are_kept_by_the_web_they_lead_to(office, start):
    port = free_port()
    shared = {"WATCH": "changes", "PUBLIC_URL": f"http://127.0.0.1:{port}"}
    keeper = start("watch", "--keep", **shared)
    until(lambda: "Dừng: Ctrl-C." in keeper.log.read_text())
    made = query(office, "SELECT id FROM channel ORDER BY id")
    start("serve", "--port", str(port), **shared)
    until(lambda: is_asleep(office))

    type_row(office, "S-CT", "1", "Gõ khi kênh lập bằng tay", "15/10/2023")
    until(lambda: stands_on_master(office, "Gõ khi kênh lập bằng tay"))

    keeper.process.send_signal(signal.SIGINT)
    assert keeper.process.wait(20) == 0
    assert query(office, "SELECT id FROM channel ORDER BY id") == made
    with office.workspace() as workspace:
        told = [one.told_at for one in workspace.store.channels.channels_for(office.campaign.key)]
    assert any(told)


def test_sheets_server_delivers_its_own_pushes(office, start):
    sheets = start("sheets-server", "--port", "0", EMBEDDED_TOKEN=OWNER_TOKEN)
    start("serve", "--port", "0", EMBEDDED_TOKEN=OWNER_TOKEN, SHEETS=sheets.address)
    until(lambda: is_asleep(office))
    before = len(runs(office))
    tab = office.tab("S-CT", "registration")
    header = next(number for number, line in enumerate(tab.get_all_values()) if line and line[0] == "Stt")
    url = f"{sheets.address}/v4/spreadsheets/{tab.spreadsheet_id}/values:batchUpdateByDataFilter"
    area = {"sheetId": tab.id, "startRowIndex": header + 1, "startColumnIndex": 0}
    rows = [["1", "Gõ qua HTTP", "15/10/2023"]]
    data = {"dataFilter": {"gridRange": area}, "majorDimension": "ROWS", "values": rows}
    body = {"valueInputOption": "RAW", "data": [data]}
    answer = requests.post(url, json=body, headers={"Authorization": f"Bearer {OWNER_TOKEN}"}, timeout=20)

    assert answer.status_code == 200
    until(lambda: stands_on_master(office, "Gõ qua HTTP"))
    assert set(runs(office)[before:]) == {"hook"}


def test_many_pushes_make_few_runs_the_last_after_the_last_push(office, start):
    web = start("serve", "--port", "0", DEBOUNCE_SECONDS="1")
    until(lambda: is_asleep(office))
    before = len(runs(office))
    name, resource, token = query(office, "SELECT id, resource, token FROM channel LIMIT 1")[0]
    headers = {"X-Goog-Channel-ID": name, "X-Goog-Resource-ID": resource, "X-Goog-Channel-Token": token}
    address = web.address

    def push(number: int) -> int:
        told = headers | {"X-Goog-Message-Number": str(number), "X-Goog-Resource-State": "update"}
        return requests.post(f"{address}/hooks/drive", headers=told, timeout=20).status_code

    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(push, range(100, 400)))
    with office.workspace() as workspace:
        last = workspace.lease_clock()
    until(lambda: is_asleep(office))

    assert answers == {204}
    assert 1 <= len(runs(office)) - before <= 4
    with office.workspace() as workspace:
        assert workspace.store.work.state(office.campaign.key).finished_at > last


@pytest.mark.slow
def test_kills_in_a_run_and_in_a_delivery_lose_and_double_nothing():
    """Two commands over one SQLite; scripts/soak kills more often, and over PostgreSQL too."""
    command = [sys.executable, "scripts/endurance.py", "--kills", "3", "--seed", "1"]
    environ = os.environ | {"PYTHONPATH": str(ROOT)}

    ended = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=400, check=False)

    assert (ended.returncode, "nothing lost, nothing doubled" in ended.stdout) == (0, True), ended.stdout + ended.stderr
