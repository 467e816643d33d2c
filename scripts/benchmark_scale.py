"""Measure a campaign of thousands of units: calls, time under Google's quota, memory, and what one changed unit costs.

The spreadsheets are on an embedded server of its own process, reached over HTTP; facts in PostgreSQL where
TONGHOP_TEST_POSTGRES_URL names a server, else in SQLite. Each measurement is a process of its own.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import benchmark
from soak_sheets import Server
from sqlalchemy import create_engine, make_url, text

from service import clock, connections, data_folder, wiring, workflows
from service.settings import Settings
from service.sheets.batches import Request
from service.sheets.http import connect
from service.sheets.marks import COLUMN_KEY
from service.sheets.pacing import CallKind, SharedPacing, Waiting
from service.sheets.verbs import Sheets
from service.worker import Worker
from service.workspace import Workspace
from sheets_schema.declaration import builtin_campaign, load_campaign
from sheets_schema.layout import lay_out

FORM = "registration"
ROWS_PER_UNIT = 20
MORE = ["Hoạt động thêm sau", "Ngày 12/10/2023", "Toàn huyện", "Cán bộ, hội viên", "200 lượt người", ""]
WORKERS = 3
SETTLED_WITHIN = 3600.0
HEAD = (
    "| việc / what | bảng tính đọc / workbooks read | đọc / reads | ghi / writes | giây / s | dòng / rows "
    "| µs mỗi dòng, phần của ta / own µs a row | MB | phút theo hạn mức / quota minutes |\n"
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a measurement works, as it goes to its process: folder, spreadsheets, database."""

    folder: Path
    sheets: str
    database: str

    @property
    def environ(self) -> dict[str, str]:
        """The settings of every process of the measurement."""
        found = {
            "TONGHOP_DATA_DIR": str(self.folder / "office"),
            "TONGHOP_CAMPAIGN": str(self.folder / "campaign"),
            "TONGHOP_SHEETS": self.sheets,
            "TONGHOP_EMBEDDED_TOKEN": "soak-0123456789abcdef",
            "TONGHOP_REHEARSAL": "1",
            "TONGHOP_SWEEP_SECONDS": "86400",
        }
        return found | ({"TONGHOP_DATABASE_URL": self.database} if self.database else {})

    @contextmanager
    def opened(self) -> Iterator[Workspace]:
        """Open the workspace; the campaign's clock stands before the first limit."""
        settings = Settings.from_env(self.environ)
        with wiring.open_workspace(settings, clock.frozen(benchmark.NOW), actor="bench") as workspace:
            yield workspace


class Simulated:
    """A clock that goes on with the machine's and jumps over every wait: what a run takes under Google's quota."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._slept = 0.0

    def sleep(self, seconds: float) -> None:
        """Let the time pass at once."""
        self._slept += seconds

    @property
    def seconds(self) -> float:
        """How long it took so far, waits included."""
        return self._slept + time.monotonic() - self._started

    def clock(self) -> datetime:
        """Return the simulated instant."""
        return benchmark.NOW + timedelta(seconds=self.seconds)

    def paced(self, workspace: Workspace) -> Workspace:
        """Return the workspace under Google's quota by this clock."""
        pacing = SharedPacing(
            workspace.store.calls, uuid.uuid4().hex, dict.fromkeys((CallKind.READ, CallKind.WRITE), 60)
        )
        session = connections.bearer_session(data_folder.owner_token(workspace.settings))
        waiting = Waiting(sleep=self.sleep, clock=self.clock)
        client = connect(session, workspace.settings.sheets, pacing=pacing, waiting=waiting)
        return replace(workspace, sheets=Sheets(client, COLUMN_KEY))


def declare(folder: Path, count: int) -> None:
    """Write a campaign of so many made-up units that owe one form."""
    source = builtin_campaign("thang_dan_van_2023")
    shutil.copytree(str(source), folder)
    declared = (folder / "campaign.toml").read_text(encoding="utf-8")
    owed = re.sub(r'\[\[obligations\]\]\nform = "report".*?\n\n', "", declared, flags=re.DOTALL)
    (folder / "campaign.toml").write_text(owed, encoding="utf-8")
    (folder / "report.json").unlink()
    groups = itertools.cycle(group.code for group in load_campaign(source).groups)
    with (folder / "units.csv").open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["code", "name", "short_name", "group", "emails", "aliases", "active"])
        for number, group in zip(range(1, count + 1), groups, strict=False):
            name = f"Đơn vị số {number}"
            lines.writerow([f"U{number:05d}", name, name, group, f"u{number}@example.org", "", "true"])


def prepare(place: Place) -> dict[str, float]:
    """Provision, then type every unit's rows."""
    supply = benchmark.distinct_rows()
    with place.opened() as workspace:
        started = time.monotonic()
        workflows.provision(workspace, [FORM])
        seconds, meter = time.monotonic() - started, workspace.sheets.meter
        found = {"seconds": seconds, "reads": meter.reads, "writes": meter.writes, "memory": benchmark.peak()}
        form = workspace.campaign.form(FORM)
        first = lay_out(workspace.campaign, form, workspace.campaign.active_units[0], "").table.start_row
        for spreadsheet_id, tabs in itertools.groupby(
            workspace.store.registry.tabs(workspace.campaign.key), key=lambda tab: tab.spreadsheet_id
        ):
            typed = [_typing(tab.sheet_id, first, list(itertools.islice(supply, ROWS_PER_UNIT))) for tab in tabs]
            workspace.sheets.apply_in_parts(spreadsheet_id, [[update] for update in typed])
    return found


def _typing(sheet_id: int, row: int, rows: list[list[str]]) -> Request:
    start = {"sheetId": sheet_id, "rowIndex": row, "columnIndex": 0}
    cells = [
        {"values": [{"userEnteredValue": {"stringValue": word}} if word else {} for word in line]} for line in rows
    ]
    return {"updateCells": {"start": start, "rows": cells, "fields": "userEnteredValue"}}


def sweep(place: Place) -> dict[str, float]:
    """Let a worker look at everything, in as many runs as that takes."""
    with place.opened() as workspace:
        return _work(workspace)


def one(place: Place) -> dict[str, float]:
    """Change one word of one unit and let a worker follow it."""
    return _changed(place, [[str(ROWS_PER_UNIT), *MORE]])


def more(place: Place) -> dict[str, float]:
    """Add a row to one unit, so that everything below moves, and let a worker follow it."""
    return _changed(
        place, [[str(ROWS_PER_UNIT), *MORE], [str(ROWS_PER_UNIT + 1), "Thăm hỏi gia đình chính sách", *MORE[1:]]]
    )


def _changed(place: Place, rows: list[list[str]]) -> dict[str, float]:
    with place.opened() as workspace:
        campaign, store = workspace.campaign, workspace.store
        tabs = store.registry.tabs(campaign.key)
        tab = tabs[len(tabs) // 3]
        first = lay_out(campaign, campaign.form(FORM), campaign.unit(tab.unit), "").table.start_row
        workspace.sheets.apply(tab.spreadsheet_id, [_typing(tab.sheet_id, first + ROWS_PER_UNIT - 1, rows)])
        now = workspace.lease_clock()
        store.work.mark_dirty(tab.spreadsheet_id, now, now - now, now - now)
        return _work(workspace, starts=False)


def _work(workspace: Workspace, *, starts: bool = True) -> dict[str, float]:
    simulated = Simulated()
    workspace = simulated.paced(workspace)
    worker = Worker(workspace, "bench", swept_until=None if starts else workspace.clock())
    meter = workspace.sheets.meter
    reads, writes, in_calls = meter.reads, meter.writes, meter.seconds
    before = {run.id for run in workspace.store.runs.last(workspace.campaign.key, 1000)}
    started = time.monotonic()
    while worker.turn():
        pass
    runs = [run for run in workspace.store.runs.last(workspace.campaign.key, 1000) if run.id not in before]
    reports = [run.report for run in runs if run.report]
    faults = [run.error for run in runs if run.error]
    if faults or not reports:
        raise SystemExit(f"runs failed: {faults}")
    return {
        "seconds": time.monotonic() - started,
        "simulated": simulated.seconds,
        "in_calls": meter.seconds - in_calls,
        "reads": meter.reads - reads,
        "writes": meter.writes - writes,
        "workbooks": sum(int(str(report["workbooks"])) for report in reports),
        "rows": int(str(reports[0]["rows_in"])),
        "memory": benchmark.peak(),
    }


WAYS = {"prepare": prepare, "sweep": sweep, "one": one, "more": more}


def measured(way: str, place: Place) -> dict[str, float]:
    """Measure one way in a process of its own."""
    where = [str(place.folder), place.sheets, place.database]
    command = [sys.executable, __file__, "--way", way, "--place", json.dumps(where)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 – ourselves
    found: dict[str, float] = json.loads(done.stdout)
    return found


def together(place: Place) -> dict[str, float]:
    """Let several worker processes share a sweep; return what they did and the most memory one held."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("TONGHOP_")} | place.environ
    code = "from service.cli import main; main()"
    command = [sys.executable, "-c", code, "worker", "--now", benchmark.NOW.isoformat()]
    with place.opened() as workspace, ExitStack() as stack:
        store, key = workspace.store, workspace.campaign.key
        before = {run.id for run in store.runs.last(key, 1000)}
        started = time.monotonic()
        workers = [
            subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
            for _ in range(WORKERS)
        ]
        for worker in workers:
            stack.callback(worker.wait)
            stack.callback(worker.terminate)
        while time.monotonic() - started < SETTLED_WITHIN:
            time.sleep(0.5)
            if any(worker.poll() is not None for worker in workers):
                raise SystemExit("a worker ended by itself")
            state = store.work.state(key)
            runs = [run for run in store.runs.last(key, 1000) if run.id not in before]
            if runs and state is not None and state.dirty_since is None:
                break
        reports = [run.report for run in runs if run.report]
        return {
            "seconds": time.monotonic() - started,
            "reads": sum(int(str(report["read_calls"])) for report in reports),
            "writes": sum(int(str(report["write_calls"])) for report in reports),
            "workbooks": sum(int(str(report["workbooks"])) for report in reports),
            "rows": int(str(reports[0]["rows_in"])),
            "memory": max(_peak_of(worker.pid) for worker in workers),
        }


def _peak_of(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0


@contextmanager
def database() -> Iterator[str]:
    """Make an empty PostgreSQL database where there is a server; blank for SQLite."""
    given = os.environ.get("TONGHOP_TEST_POSTGRES_URL", "")
    if not given:
        yield ""
        return
    address = make_url(given)
    name = f"scale_{uuid.uuid4().hex}"
    engine = create_engine(address.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    try:
        yield address.set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))


def rows_for(count: int) -> Iterator[str]:
    """Yield the table's rows."""
    with tempfile.TemporaryDirectory() as name, database() as facts, ExitStack() as stack:
        folder = Path(name)
        declare(folder / "campaign", count)
        (folder / "sheets").mkdir()
        server = Server(folder / "sheets", 0)
        stack.callback(server.kill)
        server.ready()
        place = Place(folder, f"http://127.0.0.1:{server.port}", facts)
        data_folder.make_rehearsal(folder / "office")
        yield line("lập trang / provision", measured("prepare", place))
        yield line("mọi thứ mới / all new", measured("sweep", place))
        yield line("quét lại, xác nhận / swept again, confirming", measured("sweep", place))
        yield line("quét lại, không đổi / swept again, unchanged", measured("sweep", place))
        yield line(f"quét lại, {WORKERS} tiến trình / by {WORKERS} workers", together(place))
        yield line("một đơn vị sửa một dòng / one unit changes a row", measured("one", place))
        yield line("một đơn vị thêm một dòng / one unit adds a row", measured("more", place))


def line(what: str, found: dict[str, float]) -> str:
    """Return one row of the table."""
    micro = ""
    if "in_calls" in found and found["workbooks"] > 1:
        micro = f"{(found['seconds'] - found['in_calls']) / max(1, found['rows']) * 1e6:.0f}"
    minutes = found["simulated"] / 60 if "simulated" in found else max(found["reads"], found["writes"]) / 60
    return (
        f"| {what} | {found.get('workbooks', 0):.0f} | {found['reads']:.0f} | {found['writes']:.0f} "
        f"| {found['seconds']:.1f} | {found.get('rows', 0):.0f} | {micro} | {found['memory']:.0f} | {minutes:.1f} |"
    )


def main() -> None:
    """Print the table; with --write put it into docs/performance.md too."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=10_600)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--way", choices=WAYS)
    parser.add_argument("--place")
    given = parser.parse_args()
    if given.way:
        folder, sheets, facts = json.loads(given.place)
        sys.stdout.write(json.dumps(WAYS[given.way](Place(Path(folder), sheets, facts))))
        return
    kept = "PostgreSQL" if os.environ.get("TONGHOP_TEST_POSTGRES_URL") else "SQLite"
    title = f"{given.units} đơn vị / units, {ROWS_PER_UNIT} dòng / rows, {kept}:"
    lines = [title, "", HEAD]
    sys.stdout.write("\n".join(lines) + "\n")
    for row in rows_for(given.units):
        lines.append(row)
        sys.stdout.write(row + "\n")
        sys.stdout.flush()
    if given.write:
        benchmark.write(lines, "bench scale")


if __name__ == "__main__":
    main()
