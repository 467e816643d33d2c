"""Measure the embedded Sheets server: common verbs at 1, 60 and 200 tabs, in process and over HTTP; size on disk."""

from __future__ import annotations

import argparse
import itertools
import shutil
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import benchmark
import requests
from soak_sheets import PATIENCE, STORE, TOKEN, Server

from service import clock
from service.embedded.server import create_app
from service.sheets.in_process import WsgiAdapter

ROWS, COLUMNS = 40, 10  # filled on every tab: what a unit's form holds
APPENDED_TO = 1000  # rows of the first tab, when a row is appended to it
UPDATED = (500, 10)  # 5,000 cells in one atomic update
WORDS = ("Ra quân làm sạch kênh mương", "15/10/2023", "Toàn huyện", "Cán bộ, hội viên", "200")
CALLERS, SECONDS = 4, 2.0
HEAD = (
    "| trang / tabs | lệnh / verb | ms (trung vị / median) | ms (p95) | ms CPU | mức / budget ms "
    "| lần/giây trong tiến trình / requests/s in process | lần/giây qua HTTP / over HTTP |\n"
    "| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |"
)

Send = Callable[[], requests.Response]


@dataclass(frozen=True, slots=True)
class Api:
    """One session with the server, in process or over HTTP."""

    session: requests.Session
    base: str
    book: str = ""

    def send(self, verb: str, path: str, body: object = None) -> requests.Response:
        """Send one request; what is refused ends the measurement."""
        answer = self.session.request(verb, f"{self.base}/v4/spreadsheets{path}", json=body, timeout=PATIENCE)
        answer.raise_for_status()
        return answer

    def to(self, path: str) -> str:
        """Return a path below the spreadsheet."""
        return f"/{self.book}{path}"


def session() -> requests.Session:
    """Return a session of the owner."""
    made = requests.Session()
    made.trust_env = False
    made.headers["Authorization"] = f"Bearer {TOKEN}"
    return made


def in_process(data: Path) -> Api:
    """Return a session with a server of this process."""
    made = session()
    made.mount("http://", WsgiAdapter(create_app(data, owner_token=TOKEN, clock=clock.system)))
    return Api(made, "http://127.0.0.1")


def cells(rows: int, columns: int, text: str = "") -> list[dict[str, object]]:
    """Return rows of cells with words."""
    words = itertools.cycle(WORDS)
    return [
        {"values": [{"userEnteredValue": {"stringValue": text or next(words)}} for _ in range(columns)]}
        for _ in range(rows)
    ]


def filled(api: Api, tabs: int) -> Api:
    """Make the spreadsheet, its tabs filled."""
    sheets = [{"properties": {"sheetId": number, "title": f"Đơn vị {number}"}} for number in range(tabs)]
    book = api.send("POST", "", {"sheets": sheets}).json()["spreadsheetId"]
    api = Api(api.session, api.base, book)
    for number in range(tabs):
        start = {"sheetId": number}
        update = {"start": start, "rows": cells(ROWS, COLUMNS), "fields": "userEnteredValue"}
        api.send("POST", api.to(":batchUpdate"), {"requests": [{"updateCells": update}]})
    return api


def fill_first(api: Api) -> None:
    """Make the first tab as long as the one that rows are appended to."""
    words = itertools.cycle(WORDS)
    rows = [[next(words) for _ in range(COLUMNS)] for _ in range(APPENDED_TO - ROWS)]
    api.send("POST", api.to("/values/A1:append?valueInputOption=RAW"), {"values": rows})


def verbs(api: Api, tabs: int) -> dict[str, tuple[Send, int | None]]:
    """Return what is measured, each with the budget it has at this number of tabs."""
    texts = (f"lần {number}" for number in itertools.count())
    every = {"dataFilters": [{"gridRange": {"sheetId": number}} for number in range(tabs)]}
    mask = "?fields=sheets(properties(sheetId,title),protectedRanges)"

    def update() -> requests.Response:
        body = {"start": {"sheetId": tabs - 1}, "rows": cells(*UPDATED, next(texts)), "fields": "userEnteredValue"}
        return api.send("POST", api.to(":batchUpdate"), {"requests": [{"updateCells": body}]})

    def put() -> requests.Response:
        return api.send("PUT", api.to("/values/B2?valueInputOption=RAW"), {"values": [[next(texts)]]})

    def append() -> requests.Response:
        path = api.to("/values/A1:append?valueInputOption=RAW")
        return api.send("POST", path, {"values": [[next(texts)] * COLUMNS]})

    return {
        "spreadsheets.get (fields)": (lambda: api.send("GET", api.to(mask)), None),
        "values.get": (lambda: api.send("GET", api.to(f"/values/'Đơn vị {tabs - 1}'")), 5 if tabs == 60 else None),
        "values:batchGetByDataFilter, mọi trang / all tabs": (
            lambda: api.send("POST", api.to("/values:batchGetByDataFilter"), every),
            60 if tabs == 60 else None,
        ),
        "values.update, 1 ô / cell": (put, None),
        f"values.append, 1 dòng vào / row to {APPENDED_TO if tabs > 1 else ROWS}": (append, None),
        f"batchUpdate, {UPDATED[0] * UPDATED[1]} ô / cells": (update, 60),
    }


@dataclass(frozen=True, slots=True)
class Took:
    """The seconds of one request: by the wall's clock, and of work."""

    wall: float
    work: float


def times_of(send: Send) -> list[Took]:
    """Send again and again for so long, alone."""
    send()
    found: list[Took] = []
    latest = time.perf_counter() + SECONDS
    while time.perf_counter() < latest or len(found) < 5:
        started, worked = time.perf_counter(), time.process_time()
        send()
        found.append(Took(time.perf_counter() - started, time.process_time() - worked))
    return found


def rate_of(sends: list[Send]) -> float:
    """Send over several connections at once for so long; return the requests a second."""
    counts = [0] * len(sends)
    latest = time.perf_counter() + SECONDS

    def call(number: int) -> None:
        while time.perf_counter() < latest:
            sends[number]()
            counts[number] += 1

    threads = [threading.Thread(target=call, args=(number,)) for number in range(len(sends))]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - started)


def on_disk(store: Path) -> int:
    """Return the bytes of the file once everything of the log has been moved into it."""
    connection = sqlite3.connect(store)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return store.stat().st_size


def lines(tabs: int) -> Iterator[str]:
    """Yield the table's lines for one number of tabs."""
    with tempfile.TemporaryDirectory(prefix="tonghop-bench-") as folder:
        data = Path(folder) / "data"
        api = filled(in_process(data), tabs)
        size = on_disk(data / STORE)
        if tabs > 1:
            fill_first(api)
        # what is sent in process makes tabs longer: over HTTP a copy from before is asked
        own = Path(folder) / "in-process"
        shutil.copytree(data, own)
        alone = {
            name: times_of(send) for name, (send, _) in verbs(replace(in_process(own), book=api.book), tabs).items()
        }
        server = Server(Path(folder), 0)
        try:
            server.ready()
            callers = [verbs(Api(session(), f"http://127.0.0.1:{server.port}", api.book), tabs) for _ in range(CALLERS)]
            for name, (_, budget) in callers[0].items():
                rate = rate_of([caller[name][0] for caller in callers])
                yield line(tabs, name, alone[name], budget, rate)
        finally:
            server.kill()
        each = size / (tabs * ROWS * COLUMNS)
        yield f"| {tabs} | trên đĩa / on disk: {each:.0f} B một ô / a cell, {size / 1e6:.2f} MB | | | | | | |"


def line(tabs: int, name: str, found: list[Took], budget: int | None, rate: float) -> str:
    """Return one line of the table."""
    walls = [took.wall for took in found]
    middle, high = statistics.median(walls) * 1000, statistics.quantiles(walls, n=20)[-1] * 1000
    work, alone = statistics.median(took.work for took in found) * 1000, 1 / statistics.mean(walls)
    limit = "" if budget is None else f"≤ {budget}"
    return f"| {tabs} | {name} | {middle:.1f} | {high:.1f} | {work:.1f} | {limit} | {alone:.0f} | {rate:.0f} |"


def main() -> None:
    """Print the table; with --write put it into docs/performance.md too."""
    parser = argparse.ArgumentParser(prog="scripts/bench embedded", description=__doc__)
    parser.add_argument("--tabs", default="1,60,200")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    found = [HEAD]
    sys.stdout.write(HEAD + "\n")
    for tabs in (int(text) for text in given.tabs.split(",")):
        for one in lines(tabs):
            found.append(one)
            sys.stdout.write(one + "\n")
            sys.stdout.flush()
    if given.write:
        benchmark.write(found, "bench embedded")


if __name__ == "__main__":
    main()
