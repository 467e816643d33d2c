"""Kill web and workers at any moment, in a run and in a delivery, while people type; then look for losses and doubles.

Two workers on one database: `tonghop serve` with its own, and a `tonghop worker`. The sweep is put off, so that what
reaches the master came by a push or by a worker's start. Ends with one line, and status 1 when something is wrong.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from service import connections, wiring, workflows
from service.embedded.storage.sqlite_store import FILE_NAME
from service.facts.records import WorkbookKind
from service.settings import Settings
from service.sheets.clerk import Clerk
from service.workspace import Workspace
from sheets_schema.layout import lay_out

FORM = "registration"
UNITS = 4
SLOTS = 5  # rows a unit writes over again and again
TIMING = {"DEBOUNCE_SECONDS": "0.5", "MAX_WAIT_SECONDS": "3", "SWEEP_SECONDS": "86400"}
SETTLED_WITHIN = 150.0
QUIET_FOR = 6.0
FROZEN_AT_MOST = 4.0  # what is frozen may hold the lock that an edit waits for


def until(condition: Callable[[], object], seconds: float, every: float = 0.02) -> bool:
    """Wait until something is so, asking again after `every` seconds; False when the time is up before."""
    latest = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > latest:
            return False
        time.sleep(every)
    return True


class Running:
    """One command with everything it starts, in a process group of its own."""

    def __init__(self, environ: dict[str, str], log: Path, *args: str) -> None:
        self._environ, self._log = environ, log
        self._command = [sys.executable, "-c", "from service.cli import main; main()", *args]
        self.start()

    def start(self) -> None:
        """Start it, after whatever it said before."""
        with self._log.open("ab") as out:
            self._process = subprocess.Popen(  # noqa: S603 – our own command
                self._command, env=self._environ, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
            )

    @property
    def pid(self) -> int:
        """The first process of the group."""
        return self._process.pid

    def send(self, number: int) -> None:
        """Signal every process of the group that is left."""
        try:
            os.killpg(self.pid, number)
        except ProcessLookupError:
            return

    def kill(self) -> None:
        """End all of it at once."""
        self.send(signal.SIGKILL)
        self._process.wait()

    def end(self) -> None:
        """Ask it to end, and kill what does not."""
        self.send(signal.SIGTERM)
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self.kill()


@dataclass(slots=True)
class Trial:
    """People who type, and what is killed meanwhile."""

    workspace: Workspace
    clerk: Clerk
    serving: Running
    working: Running
    chance: random.Random
    written: dict[tuple[str, int], str] = field(default_factory=dict)
    edits: int = 0
    kills: Counter[str] = field(default_factory=Counter)

    def edit(self) -> None:
        """Write one row over."""
        campaign, store = self.workspace.campaign, self.workspace.store
        tab = self.chance.choice([tab for tab in store.registry.tabs(campaign.key) if tab.form == FORM])
        layout = lay_out(campaign, campaign.form(FORM), campaign.unit(tab.unit), "")
        slot = self.chance.randrange(SLOTS)
        self.edits += 1
        said = f"Ra quân làm sạch kênh mương, lần {self.edits:05d}"
        row = [[str(slot + 1), said, "15/10/2023"]]
        self.clerk.type_rows(tab.spreadsheet_id, tab.sheet_id, layout.table.start_row + slot, row)
        self.written[tab.unit, slot] = said

    def kill_any(self) -> str:
        """Kill one or the other, whatever it is doing."""
        time.sleep(self.chance.uniform(0.0, 1.5))
        self._kill(self.chance.choice([self.serving, self.working]))
        return "at random"

    def kill_in_run(self) -> str:
        """Kill the worker that is in the middle of a run."""
        self.edit()
        if not until(self._runner, 45):
            return self.kill_any()
        time.sleep(self.chance.uniform(0.0, 0.3))
        runner = self._runner()
        if runner is None:
            return self.kill_any()
        self._kill(runner)
        return "in a run"

    def _runner(self) -> Running | None:
        state = self.workspace.store.work.state(self.workspace.campaign.key)
        if state is None or state.owner is None:
            return None
        pid = int(state.owner.split("-")[1])
        try:
            group = os.getpgid(pid)
        except ProcessLookupError:
            return None
        return next((one for one in (self.serving, self.working) if one.pid == group), None)

    def kill_in_delivery(self) -> str:
        """Kill the worker that waits for the answer to a push, while the web is frozen."""
        self.serving.send(signal.SIGSTOP)
        thaw = threading.Timer(FROZEN_AT_MOST, self.serving.send, (signal.SIGCONT,))
        thaw.start()
        self.edit()
        caught = until(self._delivering, FROZEN_AT_MOST)
        self.working.kill()
        thaw.cancel()
        self.serving.send(signal.SIGCONT)
        self.working.start()
        return "in a delivery" if caught else "at random"

    def _delivering(self) -> bool:
        return bool(self.count("outbox WHERE lease IS NOT NULL"))

    def _kill(self, one: Running) -> None:
        one.kill()
        one.start()

    def count(self, what: str) -> int:
        """Count lines of the embedded server's store."""
        connection = sqlite3.connect(self.workspace.settings.data_dir / FILE_NAME, timeout=30)
        try:
            return int(connection.execute(f"SELECT count(*) FROM {what}").fetchone()[0])  # noqa: S608 – constants
        finally:
            connection.close()

    def missing(self) -> list[str]:
        """Return what was written and does not stand on the master."""
        store, key = self.workspace.store, self.workspace.campaign.key
        masters = [book for book in store.registry.workbooks(key) if book.kind is WorkbookKind.MASTER]
        master = self.workspace.sheets.inventory(masters[0].spreadsheet_id)
        grids = self.workspace.sheets.read(master.spreadsheet_id, master.tabs)
        shown = {cell for grid in grids.values() for row in grid.cells for cell in row}
        return [said for said in self.written.values() if said not in shown]

    def settled(self) -> bool:
        """Return True if nothing is left to do."""
        state = self.workspace.store.work.state(self.workspace.campaign.key)
        idle = state is not None and state.dirty_since is None and state.owner is None
        return idle and not self.count("outbox")

    def doubled(self) -> int:
        """Count the runs that ended while another, that ended too, was under way."""
        runs = self.workspace.store.runs.last(self.workspace.campaign.key, 100_000)
        spans = sorted((run.started_at, run.finished_at) for run in runs if run.finished_at is not None)
        return sum(later[0] < before[1] for before, later in itertools.pairwise(spans))


def faults_of(trial: Trial) -> list[str]:
    """Return what is wrong once the killing has ended."""
    trial.edit()
    faults = []
    if not until(lambda: trial.settled() and not trial.missing(), SETTLED_WITHIN, every=0.3):
        faults.append(f"lost: {trial.missing()}" if trial.missing() else "never settled")
    key = trial.workspace.campaign.key
    until(lambda: False, 1.0)  # the confirming run of the last feedback may be waiting for its debounce
    until(trial.settled, 30, every=0.1)
    before = len(trial.workspace.store.runs.last(key, 100_000))
    time.sleep(QUIET_FOR)
    if len(trial.workspace.store.runs.last(key, 100_000)) != before:
        faults.append("runs go on though nothing changes")
    if trial.doubled():
        faults.append(f"doubled: {trial.doubled()}")
    report = workflows.consolidate(trial.workspace, "soak")
    if report.changed or report.feedback or report.observed:
        faults.append("one more run still changed something")
    return faults


def mode(number: int) -> Callable[[Trial], str]:
    """Return how the n-th is killed."""
    if number % 5 == 1:
        return Trial.kill_in_run
    return Trial.kill_in_delivery if number % 10 == 2 else Trial.kill_any


def run(trial: Trial, kills: int, seconds: float) -> str:
    """Kill so often, or for so long, while people type; return the line that sums it up."""
    started = time.monotonic()
    for number in range(kills):
        if time.monotonic() - started > seconds:
            break
        for _ in range(trial.chance.randint(1, 4)):
            trial.edit()
            time.sleep(trial.chance.uniform(0.0, 0.4))
        trial.kills[mode(number)(trial)] += 1
    faults = faults_of(trial)
    runs = trial.workspace.store.runs.last(trial.workspace.campaign.key, 100_000)
    spread = ", ".join(f"{count} {name}" for name, count in sorted(trial.kills.items()))
    found = "; ".join(faults) or "nothing lost, nothing doubled"
    took = f"{trial.edits} edits, {len(runs)} runs, {time.monotonic() - started:.0f} s"
    return f"{'FAILED' if faults else 'OK'}: {trial.kills.total()} kills ({spread}), {took}: {found}"


@contextmanager
def fresh_postgres(server: str) -> Iterator[str]:
    """Make an empty database on a server and drop it afterwards."""
    address = make_url(server).set(drivername="postgresql+psycopg")
    name = f"soak_{uuid.uuid4().hex}"
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        engine.dispose()


def free_port() -> int:
    """Return a free port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def staged(folder: Path, database: str, seed: int) -> Iterator[Trial]:
    """Provision a few units and start both commands over them."""
    settings = Settings(data_dir=folder, database_url=database)
    given = {"DATA_DIR": str(folder)} | TIMING | ({"DATABASE_URL": database} if database else {})
    environ = {name: value for name, value in os.environ.items() if not name.startswith("TONGHOP_")}
    environ |= {f"TONGHOP_{name}": value for name, value in given.items()}
    with ExitStack() as stack:
        workspace = stack.enter_context(wiring.open_workspace(settings, actor="soak"))
        few = replace(workspace.campaign, units=workspace.campaign.units[:UNITS])
        workflows.provision(replace(workspace, campaign=few), [FORM])
        serving = Running(environ, folder / "serve.log", "serve", "--port", str(free_port()))
        stack.callback(serving.end)
        working = Running(environ, folder / "worker.log", "worker")
        stack.callback(working.end)
        clerk = connections.clerk(settings, workspace.clock, "")
        watched = len([book for book in workspace.store.registry.workbooks(few.key) if book.kind is WorkbookKind.FORM])
        trial = Trial(workspace, clerk, serving, working, random.Random(seed))  # noqa: S311 – a trial, not a secret
        until(lambda: trial.count("channel") >= watched, 30)
        yield trial


def main() -> None:
    """Run one trial and print its line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--seconds", type=float, default=900.0, help="no kill after so long")
    parser.add_argument("--postgres", default="", help="a server to make a database on; else SQLite")
    given = parser.parse_args()
    # told to end, it ends what it started first
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(2))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tonghop-soak-")))
        database = stack.enter_context(fresh_postgres(given.postgres)) if given.postgres else ""
        trial = stack.enter_context(staged(folder, database, given.seed))
        line = run(trial, given.kills, given.seconds)
    sys.stdout.write(f"{'PostgreSQL' if given.postgres else 'SQLite'}, seed {given.seed}: {line}\n")
    sys.exit(line.startswith("FAILED"))


if __name__ == "__main__":
    main()
