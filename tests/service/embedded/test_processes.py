"""Over real HTTP: several processes on one data folder, killed at any moment."""

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import gspread
import pytest
import requests

from tests.recording import recorded

ROOT = Path(__file__).parents[3]
SERVING = Path(__file__).parent / "serving.py"
TOKEN = "owner-token"


class Server:
    def __init__(self, data_dir):
        environ = os.environ | {"PYTHONPATH": str(ROOT)}
        self.process = subprocess.Popen(
            [sys.executable, str(SERVING), str(data_dir), TOKEN],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environ,
            text=True,
        )
        self.base = f"http://127.0.0.1:{self.process.stdout.readline().strip()}"

    def session(self):
        session = recorded(requests.Session())
        session.headers["Authorization"] = f"Bearer {TOKEN}"
        return session

    def call(self, verb, path, body=None, session=None):
        with session or self.session() as used:
            response = used.request(verb, self.base + path, json=body, timeout=60)
        assert response.status_code == 200, response.text
        return response.json()

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.wait()
        self.process.stdout.close()


@pytest.fixture
def serve(tmp_path):
    running = []

    def start():
        running.append(Server(tmp_path))
        return running[-1]

    yield start
    for server in running:
        if server.process.poll() is None:
            server.stop()


class ElsewhereClient(gspread.HTTPClient):
    base = ""

    def request(self, method, endpoint, **kwargs):
        for host in ("https://sheets.googleapis.com", "https://www.googleapis.com"):
            endpoint = endpoint.replace(host, self.base)
        return super().request(method, endpoint, **kwargs)


def test_gspread_over_http(serve):
    server = serve()
    client_type = type("Client", (ElsewhereClient,), {"base": server.base})
    with server.session() as session:
        client = gspread.Client(auth=None, session=session, http_client=client_type)
        tab = client.create("Sổ").add_worksheet("Sở A/B 'x'", 5, 5)
        tab.update([["ữ", 1]], "A1")

        assert tab.get_all_values() == [["ữ", "1"]]
        assert [book.title for book in client.openall()] == ["Sổ"]


def append_many(server, book, name, count):
    with server.session() as session:
        for number in range(count):
            url = f"{server.base}/v4/spreadsheets/{book}/values/A1:append?valueInputOption=RAW"
            response = session.post(url, json={"values": [[f"{name}-{number}", name]]}, timeout=60)
            assert response.status_code == 200, response.text


def test_two_processes_lose_no_row(serve):
    first, second = serve(), serve()
    book = first.call("POST", "/v4/spreadsheets", {})["spreadsheetId"]
    first.call("PUT", f"/v4/spreadsheets/{book}/values/A1?valueInputOption=RAW", {"values": [["tên", "ai"]]})
    writers = [
        threading.Thread(target=append_many, args=(server, book, f"{index}{letter}", 15))
        for index, server in enumerate((first, second))
        for letter in "abc"
    ]

    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    rows = second.call("GET", f"/v4/spreadsheets/{book}/values/Sheet1")["values"][1:]
    assert len(rows) == len({row[0] for row in rows}) == 90


def whole_sheet(text, rows=40):
    cells = [{"values": [{"userEnteredValue": {"stringValue": text}}] * 5}] * rows
    return {"updateCells": {"start": {"sheetId": 0}, "rows": cells, "fields": "userEnteredValue"}}


def test_readers_see_whole_states_only(serve):
    writer, reader = serve(), serve()
    book = writer.call("POST", "/v4/spreadsheets", {})["spreadsheetId"]
    writer.call("POST", f"/v4/spreadsheets/{book}:batchUpdate", {"requests": [whole_sheet("0")]})
    done = threading.Event()

    def write():
        for number in range(40):
            writer.call("POST", f"/v4/spreadsheets/{book}:batchUpdate", {"requests": [whole_sheet(str(number))]})
        done.set()

    thread = threading.Thread(target=write)
    thread.start()
    seen = []
    while not done.is_set():
        rows = reader.call("GET", f"/v4/spreadsheets/{book}/values/Sheet1")["values"]
        seen.append({cell for row in rows for cell in row})
    thread.join()

    assert {len(texts) for texts in seen} == {1}


@pytest.mark.parametrize("moment", [0.0, 0.03, 0.1])
def test_killed_server_leaves_the_old_or_the_new_state(serve, tmp_path, moment):
    server = serve()
    book = server.call("POST", "/v4/spreadsheets", {})["spreadsheetId"]
    server.call("POST", f"/v4/spreadsheets/{book}:batchUpdate", {"requests": [whole_sheet("cũ", 900)]})
    url = f"{server.base}/v4/spreadsheets/{book}:batchUpdate"

    def write():
        with server.session() as session, contextlib.suppress(requests.RequestException):
            while True:
                session.post(url, json={"requests": [whole_sheet("mới", 900)]}, timeout=10)

    thread = threading.Thread(target=write)
    thread.start()
    time.sleep(0.05 + moment)
    server.stop(signal.SIGKILL)
    thread.join()

    rows = serve().call("GET", f"/v4/spreadsheets/{book}/values/Sheet1")["values"]
    assert len(rows) == 900
    assert len({cell for row in rows for cell in row}) == 1
    with sqlite3.connect(tmp_path / "sheets.sqlite") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
