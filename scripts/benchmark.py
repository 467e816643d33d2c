"""Measure consolidation: ours and the usual gspread script's, on the same data, each in a process of its own."""

from __future__ import annotations

import argparse
import dataclasses
import importlib
import itertools
import json
import os
import platform
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from gspread.urls import DRIVE_FILES_API_V3_URL

from service import clock, connections, data_folder, wiring, workflows
from service.facts.records import WorkbookKind
from service.operations.demo.season import TypeRows, load_season
from service.settings import Settings
from service.sheets.http import connect
from service.sheets.in_process import WsgiAdapter
from service.sheets.marks import COLUMN_KEY
from service.sheets.pacing import Waiting
from service.sheets.verbs import Sheets
from service.workspace import Workspace
from sheets_schema.campaign import Campaign, TableKind, Unit
from sheets_schema.layout import lay_out

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

DAY = re.compile(r"\b([0-3]?\d)([/.-]\d{1,2}\b)")
NOW = datetime(2023, 9, 20, tzinfo=UTC)
ROWS_PER_UNIT = 20
ROWS_PER_UPDATE = 10_000
DOC = Path("docs/performance.md")


def synthetic(campaign: Campaign, count: int) -> Campaign:
    """Return the campaign with so many made-up units, spread over its groups."""
    groups = itertools.cycle(group.code for group in campaign.groups)
    units = tuple(
        Unit(f"U{n:05d}", f"Đơn vị số {n}", f"Đơn vị {n}", group, (f"u{n}@example.org",))
        for n, group in zip(range(1, count + 1), groups, strict=False)
    )
    return dataclasses.replace(campaign, units=units)


class Served:
    """The embedded server in this process, with the processor time it has taken."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application
        self.seconds = 0.0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        """Answer a request."""
        started = time.process_time()
        answer = list(self._application(environ, start_response))
        self.seconds += time.process_time() - started
        return answer


@contextmanager
def opened(data: Path, count: int) -> Iterator[tuple[Workspace, Served]]:
    """Open the workspace of a measurement: its calls are timed by the processor."""
    settings = Settings(data_dir=data, rehearsal=True)
    with wiring.open_workspace(settings, clock.frozen(NOW), actor="bench") as workspace:
        served = Served(connections.embedded_application(settings, workspace.clock))
        session = connections.bearer_session(data_folder.owner_token(settings))
        session.mount("https://", WsgiAdapter(served))
        client = connect(session, waiting=Waiting(timer=time.process_time))
        campaign = synthetic(workspace.campaign, count)
        yield dataclasses.replace(workspace, campaign=campaign, sheets=Sheets(lambda: client, COLUMN_KEY)), served


def distinct_rows() -> Iterator[list[str]]:
    """Yield the season's rows again and again, no two with the same words; times keep their forms, days move."""
    rows = [row for event in load_season().events if isinstance(event, TypeRows) for row in event.rows]
    for number, row in enumerate(itertools.cycle(rows), start=1):
        days = number // len(rows)
        times = DAY.sub(lambda found, days=days: f"{(int(found[1]) + days) % 28 + 1:02}{found[2]}", row[2])
        words = [f"{text} {number}" if text.strip() else text for text in row]
        yield [row[0], words[1], times, *words[3:]]


def prepare(data: Path, count: int) -> dict[str, object]:
    """Provision, and type every unit's rows."""
    with opened(data, count) as (workspace, served):
        started = time.process_time()
        workflows.provision(workspace, [obligation.form for obligation in workspace.campaign.obligations])
        meter = workspace.sheets.meter
        seconds, in_calls, server = time.process_time() - started, meter.seconds, served.seconds
        calls = (meter.reads, meter.writes)
        typist = connections.clerk(workspace.settings, workspace.clock, "")
        supply = distinct_rows()
        for tab in workspace.store.registry.tabs(workspace.campaign.key):
            form = workspace.campaign.form(tab.form)
            layout = lay_out(workspace.campaign, form, workspace.campaign.unit(tab.unit), "")
            if form.table is TableKind.OPEN:
                typed = list(itertools.islice(supply, ROWS_PER_UNIT))
                typist.type_rows(tab.spreadsheet_id, tab.sheet_id, layout.table.start_row, typed)
            else:
                cells = {(fixed.row, layout.first_own_column): "Đã thực hiện." for fixed in layout.fixed_rows}
                typist.type_cells(tab.spreadsheet_id, tab.sheet_id, dict(cells))
    return {
        "seconds": seconds,
        "in_calls": in_calls,
        "server": server,
        "reads": calls[0],
        "writes": calls[1],
        "memory": peak(),
    }


def ours(data: Path, count: int) -> dict[str, object]:
    """Consolidate as the service does."""
    # what a run loads is in the whole process's time, as its start is
    importlib.import_module("service.consolidation.run")
    with opened(data, count) as (workspace, served):
        started = time.process_time()
        report = workflows.consolidate(workspace, trigger="bench")
        seconds, in_calls = time.process_time() - started, workspace.sheets.meter.seconds
    rows = report.tally.rows_in
    return {
        "seconds": seconds,
        "whole": time.process_time(),
        "in_calls": in_calls,
        "server": served.seconds,
        "reads": report.read_calls,
        "writes": report.write_calls,
        "rows": rows,
        "memory": peak(),
    }


def peers(data: Path, count: int) -> dict[str, object]:
    """Consolidate as gspread scripts do: every value of every tab in turn, then clear and update one sheet."""
    with opened(data, count) as (workspace, served):
        client = workspace.sheets.client
        meter = workspace.sheets.meter
        books = [b for b in workspace.store.registry.workbooks(workspace.campaign.key) if b.kind is WorkbookKind.FORM]
        target = client.http_client.request(
            "post",
            DRIVE_FILES_API_V3_URL,
            json={"name": "peers", "mimeType": "application/vnd.google-apps.spreadsheet"},
        ).json()["id"]
        sheet = client.open_by_key(target).sheet1
        before, served.seconds = dataclasses.replace(meter), 0.0
        started = time.process_time()
        gathered = [
            [worksheet.title, *row]
            for book in books
            for worksheet in client.open_by_key(book.spreadsheet_id).worksheets()
            for row in worksheet.get_all_values()
            if any(row)
        ]
        sheet.clear()
        sheet.resize(len(gathered), max(len(row) for row in gathered))
        # one update of everything is refused above 10 MB
        for first in range(0, len(gathered), ROWS_PER_UPDATE):
            sheet.update(gathered[first : first + ROWS_PER_UPDATE], f"A{first + 1}")
        seconds = time.process_time() - started
    reads, writes = meter.reads - before.reads, meter.writes - before.writes
    return {
        "seconds": seconds,
        "whole": time.process_time(),
        "in_calls": meter.seconds - before.seconds,
        "server": served.seconds,
        "reads": reads,
        "writes": writes,
        "rows": len(gathered),
        "memory": peak(),
    }


def peak() -> float:
    """Return the most memory this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


WAYS = {"prepare": prepare, "ours": ours, "peers": peers}


def measured(way: str, data: Path, count: int) -> dict[str, float]:
    """Measure one way in a process of its own."""
    command = [sys.executable, __file__, "--way", way, "--data", str(data), "--units", str(count)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 – ourselves
    found: dict[str, float] = json.loads(done.stdout)
    return found


def rows_for(count: int) -> Iterator[str]:
    """Yield the table's rows for one size."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        made = measured("prepare", data, count)
        yield line(count, "lập trang / provision", made)
        first = measured("ours", data, count)
        yield line(count, "tổng hợp, mọi thứ mới / consolidate, all new", first)
        for what in ("lần sau, xem lại những gì đã báo / next, confirming feedback", "không đổi / unchanged"):
            again = measured("ours", data, count)
            yield line(count, f"tổng hợp {what}", again)
        other = measured("peers", data, count)
        yield line(count, "kịch bản gspread thường gặp / usual gspread script", other)


def line(count: int, what: str, found: dict[str, float]) -> str:
    """Return one row of the table."""
    rows, own = found.get("rows", 0), found["seconds"] - found["in_calls"]
    micro = f"{own / rows * 1e6:.0f}" if rows else ""
    minutes = max(found["reads"], found["writes"]) / 60
    whole = f"{found['whole']:.2f}" if "whole" in found else ""
    return (
        f"| {count} | {what} | {found['reads']:.0f} | {found['writes']:.0f} | {found['seconds']:.2f} | {whole} "
        f"| {found['server'] / found['seconds']:.0%} | {rows:.0f} | {micro} | {found['memory']:.0f} | {minutes:.1f} |"
    )


HEAD = (
    "| đơn vị / units | việc / what | đọc / reads | ghi / writes | giây CPU / CPU s | cả tiến trình / whole process "
    "| phần máy chủ nhúng / the embedded server's share | dòng / rows "
    "| µs mỗi dòng, phần của ta / own µs a row | MB | phút theo hạn mức / quota minutes |\n"
    "| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
)


def main() -> None:
    """Print the table; with --write put it into docs/performance.md too."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", default="53,200,1000")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--way", choices=WAYS)
    parser.add_argument("--data", type=Path)
    given = parser.parse_args()
    if given.way:
        sys.stdout.write(json.dumps(WAYS[given.way](given.data, int(given.units))))
        return
    lines = [HEAD]
    sys.stdout.write(HEAD + "\n")
    for count in (int(text) for text in given.units.split(",")):
        for row in rows_for(count):
            lines.append(row)
            sys.stdout.write(row + "\n")
            sys.stdout.flush()
    if given.write:
        write(lines)


def write(lines: list[str], table: str = "bench") -> None:
    """Replace a measured table in docs/performance.md."""
    begin, end = f"<!-- {table} -->", f"<!-- /{table} -->"
    head, rest = DOC.read_text(encoding="utf-8").split(begin, 1)
    where = f"CPython {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores."
    DOC.write_text(
        f"{head}{begin}\n" + "\n".join(lines) + f"\n\n{where}\n{end}{rest.split(end, 1)[1]}", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
