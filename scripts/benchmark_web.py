"""Measure the web on loopback: hooks beside empty views under the same gunicorn, dashboard, memory, edits.

One of the empty views does nothing, the other waits for the disk, as what may not be lost has to. Hooks are sent to
all in turn, a moment each, by one, four, eight and sixteen connections: what else the machine does then slows all.
Rates and processor times are medians of those moments.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import re
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import benchmark
import flask
import requests

from service import clock, connections, grants, wiring, workflows
from service.cli import logs
from service.cli.logs import TEXT
from service.cli.serving import serve_workspace
from service.consolidation import master_writing
from service.domain.roles import Role
from service.facts.records import WorkbookKind
from service.settings import Settings
from service.sheets.clerk import Clerk
from service.web.app import create_app
from service.web.machines import hook_signatures
from service.web.server import crowds, gunicorn_server
from service.workspace import Workspace
from sheets_schema.layout import lay_out

SECRET = "khoa-cua-phep-do-0123456789"  # noqa: S105 – of a server that lives for a minute on loopback
BUSY_SECONDS, ROUNDS = 1.5, 5
CONNECTIONS = (1, 4, 8, 16)
PACED_SECONDS, PACE, CLIENTS = 5.0, 100, 8
READY_HOOKS = 4_000  # signed before a moment of them begins
FLUSHES = 50
OPENED = 30
EDITS = 10
PATIENCE = 30.0
EMPTY = "/empty"  # answered like any page, by a thread of its own
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


def settings_for(data: Path) -> Settings:
    """Return the settings of a measurement."""
    return Settings(data_dir=data, rehearsal=True, hook_secret=SECRET)


@contextmanager
def opened(data: Path, count: int) -> Iterator[Workspace]:
    """Open the workspace, its clock going on from the benchmark's instant."""
    with wiring.open_workspace(settings_for(data), clock.ticking(benchmark.NOW), actor="bench") as workspace:
        yield replace(workspace, campaign=benchmark.synthetic(workspace.campaign, count))


def serve_ours(data: Path, count: int) -> None:
    """Serve web and worker as `tonghop serve` does."""
    logs.configure(TEXT)
    with opened(data, count) as workspace:
        serve_workspace(workspace, 0)


def serve_web(data: Path, count: int) -> None:
    """Serve the web alone, so that no worker takes part."""
    logs.configure(TEXT)  # a line a request, as `serve` writes it
    with opened(data, count) as workspace:
        _serve_alone(create_app(workspace))


def serve_empty(_data: Path, _count: int) -> None:
    """Serve a view that does nothing, under the same gunicorn."""
    _serve_view(lambda: None)


def serve_waiting(data: Path, _count: int) -> None:
    """Serve a view that writes a page to the disk and waits until it is there, under the same gunicorn."""
    file = os.open(data / "waiting", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)

    def wait() -> None:
        os.pwrite(file, b"0" * 4096, 0)
        os.fdatasync(file)

    _serve_view(wait)


def _serve_view(act: Callable[[], None]) -> None:
    app = flask.Flask("empty")

    @app.post(EMPTY)
    def view() -> flask.Response:
        act()
        return flask.Response(status=204)

    _serve_alone(app)


def _serve_alone(app: flask.Flask) -> None:
    listener = gunicorn_server.listen("127.0.0.1", 0)
    sys.stdout.write(gunicorn_server.address_of(listener) + "\n")
    sys.stdout.flush()
    gunicorn_server.serve(app, listener)


SERVERS = {"ours": serve_ours, "web": serve_web, "empty": serve_empty, "waiting": serve_waiting}


@dataclass(frozen=True, slots=True)
class Server:
    """A server in a process of its own."""

    address: str
    pid: int
    path: str  # where hooks are sent


@contextmanager
def running(which: str, data: Path, count: int) -> Iterator[Server]:
    """Start a server and end it again."""
    command = [sys.executable, __file__, "--serve", which, "--data", str(data), "--units", str(count)]
    environ = os.environ | {"PYTHONUNBUFFERED": "1"}
    with (
        (data.parent / f"{which}.log").open("ab") as told,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=told, text=True, env=environ) as process,  # noqa: S603 – ourselves
    ):
        try:
            said = iter(process.stdout or ())
            found = next(match for line in said if (match := ADDRESS.search(line)))
            # what it says later must not fill the pipe
            threading.Thread(target=lambda: list(said), daemon=True).start()
            wait_for(lambda: requests.get(found[0] + "/healthz", timeout=5).status_code in {200, 404})
            yield Server(found[0], process.pid, crowds.PATH if which in {"ours", "web"} else EMPTY)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)


def wait_for(condition) -> float:  # type: ignore[no-untyped-def]
    """Wait until something is so; return the seconds it took."""
    started = time.monotonic()
    while time.monotonic() - started < PATIENCE:
        try:
            if condition():
                return time.monotonic() - started
        except requests.ConnectionError:
            pass
        time.sleep(0.02)
    raise TimeoutError("the server did not get there")


def signed_hooks(server: Server, spreadsheet_id: str, count: int) -> list[bytes]:
    """Return whole requests, signed, each with a nonce of its own."""
    body = json.dumps({"spreadsheet_id": spreadsheet_id}).encode()
    host = urlsplit(server.address).netloc
    timestamp = str(int(clock.system().timestamp()))
    found = []
    for _ in range(count):
        nonce = secrets.token_hex(12)
        signature = hook_signatures.sign(SECRET, timestamp, nonce, body)
        head = (
            f"POST {server.path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n{hook_signatures.TIMESTAMP}: {timestamp}\r\n"
            f"{hook_signatures.NONCE}: {nonce}\r\n"
            f"{hook_signatures.SIGNATURE}: sha256={signature}\r\n\r\n"
        )
        found.append(head.encode() + body)
    return found


def fire(address: str, hooks: list[bytes], seconds: float, pace: int, clients: int = CLIENTS) -> list[float]:
    """Send hooks over kept connections for so long, `pace` a second or (0) as fast as can be; return their times."""
    parts = urlsplit(address)
    waiting, lock, times = iter(hooks), threading.Lock(), []
    started = time.monotonic()
    sent = 0

    def take() -> tuple[bytes, float] | None:
        nonlocal sent
        with lock:
            due = started + sent / pace if pace else time.monotonic()
            sent += 1
            hook = next(waiting, None)
        return None if hook is None or due - started >= seconds else (hook, due)

    def client() -> None:
        with socket.create_connection((parts.hostname, parts.port), timeout=10) as line:
            while (taken := take()) is not None:
                hook, due = taken
                time.sleep(max(0.0, due - time.monotonic()))
                line.sendall(hook)
                answer = line.recv(4096)
                if not answer.startswith(b"HTTP/1.1 204"):
                    raise ValueError(answer[:200])
                times.append(time.monotonic() - due)

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


@dataclass(frozen=True, slots=True)
class Moment:
    """What a server did in a moment of hooks as fast as can be."""

    rate: float  # a second
    work: float  # milliseconds of its processes' processor time, each


def moment(server: Server, spreadsheet_id: str, clients: int) -> Moment:
    """Send hooks as fast as can be."""
    hooks = signed_hooks(server, spreadsheet_id, READY_HOOKS)
    worked, started = processor_time(server.pid), time.monotonic()
    count = len(fire(server.address, hooks, BUSY_SECONDS, 0, clients))
    seconds = time.monotonic() - started
    return Moment(count / seconds, (processor_time(server.pid) - worked) / count * 1000)


def processor_time(pid: int) -> float:
    """Return the seconds that a process and its children have worked."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    own = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return own + sum(processor_time(child) for child in children_of(pid))


def hook_rows(data: Path) -> Iterator[str]:
    """Yield the rows of the hook: ours beside the empty views'."""
    with opened(data, 53) as workspace:
        books = workspace.store.registry.workbooks(workspace.campaign.key)
        spreadsheet_id = next(book.spreadsheet_id for book in books if book.kind is WorkbookKind.FORM)
    yield f"| chờ đĩa, lần / a wait for the disk, each: ms | {flush_time(data):.1f} | |"
    with running("web", data, 53) as web, running("empty", data, 53) as empty, running("waiting", data, 53) as waiting:
        servers = (web, empty, waiting)
        for server in servers:
            fire(server.address, signed_hooks(server, spreadsheet_id, 200), 5.0, 0)
        for clients in CONNECTIONS:
            moments = [[moment(server, spreadsheet_id, clients) for server in servers] for _ in range(ROUNDS)]
            ours, idle, waits = (middle(one) for one in zip(*moments, strict=True))
            shares = [statistics.median(one[0].rate / one[beside].rate for one in moments) for beside in (1, 2)]
            yield (
                f"| hook, {clients} kết nối / connections: lượt một giây / a second, ms CPU "
                f"| {ours.rate:.0f}, {ours.work:.2f} "
                f"| view rỗng / empty view: {idle.rate:.0f}, {idle.work:.2f}; phần / share {shares[0]:.0%}"
                f"<br>chờ đĩa một lần / one wait for the disk: {waits.rate:.0f}, {waits.work:.2f}; {shares[1]:.0%} |"
            )
        paced = [
            percentiles(fire(server.address, hooks, PACED_SECONDS, PACE), 50, 99)
            for server in (web, empty)
            for hooks in [signed_hooks(server, spreadsheet_id, PACE * 10)]
        ]
        shown = [f"{p50:.1f}, {p99:.1f}" for p50, p99 in paced]
        yield f"| hook ở {PACE}/giây / at {PACE}/s: p50, p99 ms | {shown[0]} | {shown[1]} |"


def middle(moments: Sequence[Moment]) -> Moment:
    """Return the medians of moments."""
    return Moment(*(statistics.median(found) for found in zip(*((one.rate, one.work) for one in moments), strict=True)))


def flush_time(data: Path) -> float:
    """Return the milliseconds that a small write waits for the disk, in the middle."""
    times = []
    with (data / "flush").open("wb") as file:
        for _ in range(FLUSHES):
            file.write(b"0" * 4096)
            file.flush()
            started = time.monotonic()
            os.fdatasync(file.fileno())
            times.append(time.monotonic() - started)
    return statistics.median(times) * 1000


def percentiles(times: list[float], *wanted: int) -> list[float]:
    """Return percentiles in milliseconds."""
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    return [cuts[one - 1] * 1000 for one in wanted]


def dashboard_times(server: Server, data: Path, count: int) -> list[float]:
    """Open the dashboard as the board does; return median and 95th percentile in milliseconds."""
    with opened(data, count) as workspace:
        token = grants.invite(workspace, "bench@localhost", Role.VIEWER).token
    with requests.Session() as browser:
        browser.trust_env = False
        browser.post(f"{server.address}/sign-in/{token}", timeout=30).raise_for_status()
        times = []
        for _ in range(OPENED + 1):
            started = time.monotonic()
            page = browser.get(server.address + "/", timeout=60)
            times.append(time.monotonic() - started)
            if page.status_code != 200 or "U00001" not in page.text:
                raise ValueError(f"no dashboard: {page.status_code}")
    return percentiles(times[1:], 50, 95)


def edit_times(data: Path) -> list[float]:
    """Type into a tab as its clerk does; return how long each edit took to stand in the master, in seconds."""
    times = []
    with opened(data, 53) as workspace:
        campaign, store = workspace.campaign, workspace.store
        tab = next(tab for tab in store.registry.tabs(campaign.key) if tab.form == "registration")
        layout = lay_out(campaign, campaign.form(tab.form), campaign.unit(tab.unit), "")
        typist: Clerk = connections.clerk(workspace.settings, workspace.clock, campaign.unit(tab.unit).emails[0])
        master = master_writing.master_id(workspace) or ""

        def shown() -> str:
            state = store.registry.master_state(master)
            return state.fingerprint if state else ""

        def at_rest() -> bool:
            state = store.work.state(campaign.key)
            return state is not None and state.dirty_since is None and state.owner is None

        time.sleep(2)  # the worker has started, and sweeps
        wait_for(at_rest)
        for number in range(EDITS):
            before = shown()
            words = ["1", f"Hoạt động của lần đo {number}", "05/10/2023", "Toàn xã", "Nhân dân", "Sạch đẹp", ""]
            typist.type_rows(tab.spreadsheet_id, tab.sheet_id, layout.table.start_row, [words])
            times.append(wait_for(lambda before=before: shown() != before))
            wait_for(at_rest)
    return times


def proportional_memory(pid: int) -> float:
    """Return a process's share of the memory, in MB."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    return int(re.search(r"^Pss:\s+(\d+)", text, re.M)[1]) / 1024  # type: ignore[index]


def children_of(pid: int) -> list[int]:
    """Return a process's children."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def memory_of(server: Server) -> list[tuple[str, float]]:
    """Return what each process of `serve` holds."""
    found = [("tiến trình cha / parent", proportional_memory(server.pid))]
    for child in children_of(server.pid):
        answering = children_of(child)
        name = "gunicorn" if answering else "worker"
        found.append((name, proportional_memory(child)))
        found += [("web", proportional_memory(one)) for one in answering]
    return found


def prepared(data: Path, count: int) -> None:
    """Provision, type and consolidate, in a process of its own."""

    def fill() -> None:
        benchmark.prepare(data, count)
        with opened(data, count) as workspace:
            workflows.consolidate(workspace, trigger="bench")

    process = multiprocessing.get_context("fork").Process(target=fill)
    process.start()
    process.join()
    if process.exitcode:
        raise ValueError("nothing to measure on")


def rows(folder: Path, *, hooks_alone: bool) -> Iterator[str]:
    """Yield the table's rows."""
    small, large = folder / "small", folder / "large"
    prepared(small, 53)
    yield from hook_rows(small)
    if hooks_alone:
        return
    with running("ours", small, 53) as server:
        median, high = dashboard_times(server, small, 53)
        yield f"| bảng theo dõi, 53 đơn vị / dashboard, 53 units: p50, p95 ms | {median:.0f}, {high:.0f} | |"
        edits = edit_times(small)
        median, high = (value / 1000 for value in percentiles(edits, 50, 95))
        wait = Settings().debounce_seconds
        beside = f"chờ / debounce {wait:g}"
        yield f"| từ lúc sửa tới bảng tổng hợp / edit to master: p50, p95 s | {median:.1f}, {high:.1f} | {beside} |"
        for name, size in memory_of(server):
            yield f"| bộ nhớ / memory (PSS): {name}, MB | {size:.0f} | |"
    prepared(large, 1000)
    with running("web", large, 1000) as server:
        median, high = dashboard_times(server, large, 1000)
    yield f"| bảng theo dõi, 1.000 đơn vị / dashboard, 1,000 units: p50, p95 ms | {median:.0f}, {high:.0f} | |"


HEAD = "| việc / what | tonghop | bên cạnh / beside |\n| --- | ---: | --- |"


def main() -> None:
    """Print the table; with --write put it into docs/performance.md too."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--hooks", action="store_true", help="the rows of the hook alone")
    parser.add_argument("--serve", choices=SERVERS)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--units", type=int, default=53)
    given = parser.parse_args()
    if given.serve:
        SERVERS[given.serve](given.data, given.units)
        return
    lines = [HEAD]
    sys.stdout.write(HEAD + "\n")
    with tempfile.TemporaryDirectory() as folder:
        for row in rows(Path(folder), hooks_alone=given.hooks):
            lines.append(row)
            sys.stdout.write(row + "\n")
            sys.stdout.flush()
    if given.write:
        benchmark.write(lines, "bench web")


if __name__ == "__main__":
    main()
