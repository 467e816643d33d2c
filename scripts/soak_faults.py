"""Try what may befall an office, and look each time whether anything was lost, doubled or torn, and what was said.

Clerks type over HTTP meanwhile. Ends with a table, a line a fault, and status 1 when something is wrong. Lost is what
was answered and is not on the tab, in the version kept or on the master; doubled what is there twice, also among facts
and files; torn a row of two edits, or a file that is not whole.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import pwd
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import requests
import soak_garbage
from soak_office import (
    FORM,
    PATIENCE,
    SECRET,
    Clerk,
    Office,
    Place,
    Running,
    Verdict,
    chance_of,
    environ_of,
    free_port,
    is_up,
    office,
    served,
    settings_of,
    until,
)
from sqlalchemy import create_engine, text

from service import clock as clocks
from service import wiring, workflows
from service.domain.roles import Role
from service.errors import ServiceError
from service.leases import LEASE
from service.settings import Settings
from service.web.machines import hook_signatures

PROVISIONING_AT_MOST = 120.0
STILL_UNDER_WAY = 20.0  # seconds
WATCHED_AFTER = 3.0  # seconds, for what one writes that goes on
MASTER = "Bảng tổng hợp"
RESTARTS = ("immediate", "fast")


@dataclass
class Trial:
    """One fault, tried some times."""

    name: str
    tries: int = 0
    verdict: Verdict = field(default_factory=Verdict)
    said: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)  # what is wrong beside words

    @property
    def is_good(self) -> bool:
        """Return True if nothing was found."""
        return self.verdict.is_good and not self.faults

    @property
    def line(self) -> str:
        """The trial as a line of the table."""
        said = "; ".join(f"{words} ({count})" for words, count in self.said.most_common() if count) or "–"
        wrong = f" **{'; '.join(self.faults[:3])}**" if self.faults else ""
        found = self.verdict
        counts = f"{len(found.lost)} | {len(found.doubled)} | {len(found.torn)}"
        return f"| {self.name} | {self.tries} | {counts} | {said}{wrong} |"

    def check(self, one: Office) -> None:
        """Look at the office; an edit that is still under way is waited for, a loss stays one."""
        until(lambda: one.verdict().is_good, STILL_UNDER_WAY)
        self.verdict.add(one.verdict())

    def must(self, is_so: bool, otherwise: str) -> None:
        """Note what is wrong unless something is so."""
        if not is_so:
            self.faults.append(otherwise)


HEAD = "| fault | tries | lost | doubled | torn | what was said |\n| --- | --- | --- | --- | --- | --- |"


def execute(one: Office, statement: str) -> None:
    """Carry out one statement on the database of facts."""
    engine = create_engine(one.workspace.settings.facts_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def clerks_of(one: Office, address: str) -> list[tuple[Clerk, list[Place]]]:
    """Return a clerk for every unit, signed in, with the rows that are theirs."""
    places = one.places(2)
    made = []
    for unit in sorted({place.unit for place in places}):
        clerk = Clerk(one, Role.UNIT, unit)
        clerk.enter(address)
        made.append((clerk, [place for place in places if place.unit == unit]))
    return made


def stopped(given: argparse.Namespace, folder: Path) -> Trial:
    """Freeze a worker in a run until its lease has run out and another took over, then let it go on."""
    trial, chance = Trial("worker frozen in a run, its lease runs out, it goes on"), chance_of(given.seed, "stop")
    with ExitStack() as stack:
        one = stack.enter_context(office(folder))
        address, _ = stack.enter_context(served(one, "--no-worker"))
        workers = [one.command("worker") for _ in range(2)]
        for worker in workers:
            stack.callback(worker.end)
        clerks = clerks_of(one, address)
        trial.must(until(one.settled, PATIENCE), "never settled")
        for _ in range(given.tries):
            _stop_once(one, address, workers, clerks, trial, chance, hasten=given.hasten)
            trial.check(one)
        for worker in workers:
            trial.said["run lost its lease"] += worker.said().count("lost its lease")
    return trial


def _stop_once(  # noqa: PLR0913 – what takes part
    one: Office,
    address: str,
    workers: list[Running],
    clerks: list[tuple[Clerk, list[Place]]],
    trial: Trial,
    chance: random.Random,
    *,
    hasten: bool,
) -> None:
    for clerk, places in clerks:
        clerk.write(address, places[0])
    if not until(one.state, PATIENCE):
        trial.faults.append("no run began")
        return
    time.sleep(chance.uniform(0.0, 0.2))
    pid = int((one.state() or "worker-0-x").split("-")[1])
    frozen = next((worker for worker in workers if worker.pid == pid), None)
    if frozen is None:
        return  # it had just ended
    frozen.send(signal.SIGSTOP)
    owner = one.state()
    if not owner.startswith(f"worker-{pid}-"):
        frozen.send(signal.SIGCONT)
        return
    trial.tries += 1
    clerk, places = clerks[0]
    status = clerk.write(address, places[1])
    trial.said[f"edit meanwhile answered {status}"] += 1
    if hasten:
        _run_out(one)
    took_over = until(lambda: one.state() not in {owner, ""} or (one.settled() and one.on_master()), LEASE.seconds + 30)
    # frozen within a write it holds a file of SQLite, and the one that takes over waits for it
    finished = took_over and one.settle(20)
    trial.said["taken over and finished" if finished else "the frozen one held a file until it went on"] += 1
    frozen.send(signal.SIGCONT)
    latest = time.monotonic() + WATCHED_AFTER
    # an edit that was not answered may still land, and is then rightly not on the master yet
    while finished and status == 200 and time.monotonic() < latest:
        if not one.on_master():
            trial.verdict.lost.append("the frozen one wrote what was read before")
            break
    trial.must(one.settle(), "never settled")


def _run_out(one: Office) -> None:
    """Let the lease of the one that runs have run out."""
    try:
        execute(one, "UPDATE work SET lease_until = 0 WHERE lease_until IS NOT NULL")
    except Exception as error:  # noqa: BLE001 – a frozen writer holds the file: then there is nothing to hasten
        sys.stderr.write(f"not hastened: {error}\n")


Shape = list[tuple[object, ...]]


def shape_of(workspace: workflows.Workspace) -> Shape:
    """Return what provisioning made, without what is numbered by chance."""
    client, shape = workspace.sheets.client, []
    for file in client.list_spreadsheet_files():
        whole = client.http_client.fetch_sheet_metadata(str(file["id"]), params={"includeGridData": "true"})
        for sheet in whole["sheets"]:
            properties = sheet["properties"]
            written = [
                [cell.get("formattedValue", "") for cell in row.get("values", ())]
                for part in sheet.get("data", ())
                for row in part.get("rowData", ())
            ]
            parts = tuple(len(sheet.get(name, ())) for name in ("protectedRanges", "merges", "conditionalFormats"))
            marks = tuple(sorted(str(mark["metadataKey"]) for mark in sheet.get("developerMetadata", ())))
            place = (str(file["name"]), str(properties["title"]), str(properties["gridProperties"]))
            # the master says when it was made and links to the tabs
            shape.append((*place, parts, marks, "" if file["name"].startswith(MASTER) else str(written)))
    tabs = workspace.store.registry.tabs(workspace.campaign.key)
    books = workspace.store.registry.workbooks(workspace.campaign.key)
    return [*sorted(shape), ("registry", len(tabs), len(books))]


def killed_provisioning(given: argparse.Namespace, folder: Path) -> Trial:
    """Kill provisioning at any moment, then run it again: what is made is what an undisturbed run makes."""
    trial, chance = Trial("provisioning killed at any moment, run again"), chance_of(given.seed, "provision")
    settings = settings_of(folder / "whole", given.units)
    started = time.monotonic()
    whole = Running(environ_of(settings), folder / "whole.log", "provision")
    trial.must(whole.wait(PROVISIONING_AT_MOST) == 0, whole.said())
    lasts = time.monotonic() - started
    with wiring.open_workspace(settings, actor="soak") as workspace:
        wanted = shape_of(workspace)
    for number in range(given.tries):
        settings = settings_of(folder / f"try-{number}", given.units)
        _kill_provisioning(settings, trial, chance.uniform(0.3, lasts), wanted, hasten=given.hasten)
    return trial


def _kill_provisioning(settings: Settings, trial: Trial, after: float, wanted: Shape, *, hasten: bool) -> None:
    environ, log = environ_of(settings), settings.data_dir.parent / "provision.log"
    first = Running(environ, log, "provision")
    if first.wait(after) is not None:
        trial.said["had ended"] += 1
    first.kill()
    trial.tries += 1
    file = settings.data_dir / "facts.sqlite"
    if hasten and file.exists() and file.stat().st_size:
        _forget_lease(file)
    again = Running(environ, log, "provision")
    ended = again.wait(PROVISIONING_AT_MOST)
    trial.must(ended == 0, f"the second run ended with {ended}: {again.said()[-300:]}")
    again.kill()
    with wiring.open_workspace(settings, actor="soak") as workspace:
        found = shape_of(workspace)
        more = workflows.provision(workspace, [item.form for item in workspace.campaign.obligations], dry_run=True)
    trial.must(not (more.created or more.changed), "a third run would change something")
    missing, extra = [one for one in wanted if one not in found], [one for one in found if one not in wanted]
    trial.verdict.lost += [f"{one[:3]}" for one in missing]
    trial.verdict.doubled += [f"{one[:3]}" for one in extra]
    trial.said["made whole by the second run"] += not missing and not extra


def _forget_lease(file: Path) -> None:
    """Let a killed holder's lease have run out."""
    connection = sqlite3.connect(file, timeout=30)
    try:
        connection.execute("UPDATE work SET lease_until = 0 WHERE lease_until IS NOT NULL")
        connection.commit()
    except sqlite3.OperationalError:
        pass  # it was killed before there was a table
    finally:
        connection.close()


def terminated(given: argparse.Namespace, folder: Path) -> Trial:
    """End the service within edits, as a service manager does."""
    trial, chance = Trial("service told to end (SIGTERM) within edits"), chance_of(given.seed, "term")
    with office(folder) as one:
        for _ in range(given.tries):
            with served(one) as (address, running):
                clerks = clerks_of(one, address)
                ended = threading.Event()
                threads = [
                    threading.Thread(target=_write_on, args=(address, clerk, places, ended, trial.said))
                    for clerk, places in clerks
                ]
                for thread in threads:
                    thread.start()
                time.sleep(chance.uniform(0.2, 1.5))
                running.tell(signal.SIGTERM)
                trial.tries += 1
                status = running.wait(40)
                ended.set()
                for thread in threads:
                    thread.join()
                trial.must(status == 0, f"ended with {status}")
            _answers_lost(one, trial)
            one.consolidate()
            trial.check(one)
            _forgive(one)
    return trial


def _write_on(address: str, clerk: Clerk, places: list[Place], ended: threading.Event, said: Counter[str]) -> None:
    while not ended.is_set():
        for place in places:
            status = clerk.write(address, place)
            said[f"edits answered {status}" if status else "edits not taken"] += 1
            if not status:
                return


def _answers_lost(one: Office, trial: Trial) -> None:
    """Count edits that are there though they were not answered."""
    rows = one.rows_on_tabs()
    for place, written in one.written.items():
        cells = rows[place.unit, place.row]
        if written.perhaps and len(cells) > 1 and cells[1] in written.perhaps:
            trial.faults.append(f"{cells[1]!r} is there and was not answered")


def _forgive(one: Office) -> None:
    """Go on from what is there: an edit that was not answered is settled now."""
    rows = one.rows_on_tabs()
    for place, written in one.written.items():
        written.sure, written.perhaps = (rows[place.unit, place.row] + ["", ""])[1], []


class SetClock:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = datetime(2023, 9, 20, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return what it was set to."""
        return self.now


def clock_set(given: argparse.Namespace, folder: Path) -> Trial:
    """Set the clock back an hour and forward a year between edits: what was said of earlier instants stays."""
    trial, clock = Trial("clock back an hour, forward a year"), SetClock()
    with office(folder, clock=clock) as one:
        places = one.places(2)
        known: dict[datetime, str] = {}
        steps = [
            timedelta(minutes=7),
            timedelta(hours=-1),
            timedelta(days=9),
            timedelta(days=365),
            timedelta(days=-365),
        ]
        for number in range(max(given.tries, len(steps))):
            clock.now += steps[number % len(steps)]
            trial.tries += 1
            for place in places[number % 2 :: 2]:
                one.type_into(place)
            try:
                one.consolidate()
            except ServiceError as error:
                trial.said[str(error)] += 1
            for at, before in known.items():
                if _statuses(one, at) != before:
                    trial.faults.append(f"step {number}: what is said of {at} differs")
            latest = max(fact.recorded_at for fact in one.workspace.store.facts.lines(one.key) if fact.kind != "access")
            # what is recorded from now on may still be of this very instant
            at = max(latest, clock.now)
            known[at - timedelta(seconds=1)] = _statuses(one, at - timedelta(seconds=1))
            trial.check(one)
        trial.said[f"statuses of {len(known)} earlier instants unchanged"] += not trial.faults
    return trial


def _statuses(one: Office, at: datetime) -> str:
    found = workflows.standings(one.workspace, at, [FORM])
    held = one.workspace.store.contents.read(one.key, FORM, [unit.code for unit in one.workspace.campaign.units], at)
    return json.dumps([str(found), [str(content.entries) for content in held]])


class Postgres:
    """A PostgreSQL server of our own, in a folder that is thrown away."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self._folder, self._programs = folder, programs
        self.port = free_port()
        folder.mkdir()
        self._user = "postgres" if os.geteuid() == 0 else None
        if self._user is not None:
            folder.chmod(0o755)
            owner = pwd.getpwnam("postgres")
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        self._run("initdb", "-D", f"{folder}/data", "-U", "tonghop", "-A", "trust", "-E", "UTF8", "--no-sync")
        self.start()

    @property
    def url(self) -> str:
        """The address of its database."""
        return f"postgresql://tonghop@127.0.0.1:{self.port}/postgres"

    def _run(self, program: str, *args: str) -> None:
        done = subprocess.run(  # noqa: S603 – a program of the server
            [self._programs / program, *args],
            user=self._user,
            cwd=self._folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"{program}: {done.stdout}{done.stderr}")

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = f"-p {self.port} -k {self._folder} -c listen_addresses=127.0.0.1"
        self._run("pg_ctl", "-D", f"{self._folder}/data", "-w", "-l", f"{self._folder}/log", "-o", options, "start")

    def stop(self, mode: str) -> None:
        """Stop it: "immediate" as by a power cut, "fast" in order."""
        self._run("pg_ctl", "-D", f"{self._folder}/data", "-w", "-m", mode, "stop")


def postgres_programs() -> Path | None:
    """Return the folder of the newest PostgreSQL server's programs here, None without one."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found or (os.geteuid() == 0 and "postgres" not in {user.pw_name for user in pwd.getpwall()}):
        return None
    return found[-1].parent


def restarted_postgres(given: argparse.Namespace, folder: Path) -> Trial:
    """Restart the database under a service that works."""
    trial, chance = Trial("PostgreSQL restarted within runs"), chance_of(given.seed, "postgres")
    programs = postgres_programs()
    if programs is None:
        trial.said["left out: there is no server here"] += 1
        return trial
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tonghop-postgres-")))
        place.chmod(0o755)
        server = Postgres(place / "server", programs)
        stack.callback(server.stop, "immediate")
        one = stack.enter_context(office(folder, database=server.url))
        address, running = stack.enter_context(served(one))
        clerks = clerks_of(one, address)
        for number in range(given.tries):
            for clerk, places in clerks:
                clerk.write(address, places[0])
            until(one.state, 10)
            time.sleep(chance.uniform(0.0, 0.2))
            server.stop(RESTARTS[number % 2])
            trial.tries += 1
            status = clerks[0][0].write(address, clerks[0][1][1])
            trial.said[f"edit meanwhile answered {status}"] += 1
            time.sleep(chance.uniform(0.0, 1.0))
            server.start()
            until(lambda: is_up(address), PATIENCE)
            trial.must(one.settle(), "never settled")
            trial.check(one)
        trial.said["worker cannot work"] += running.said().count("worker cannot work")
        trial.said["run failed"] += running.said().count("run failed")
        trial.must("Traceback" not in running.said(), "a traceback in the log")
    return trial


def two_services(given: argparse.Namespace, folder: Path) -> Trial:
    """Serve one folder twice."""
    trial = Trial("two services on one data folder")
    with office(folder) as one, served(one) as (first, running), served(one) as (second, other):
        clerks = clerks_of(one, first)
        others = clerks_of(one, second)
        for number in range(given.tries):
            trial.tries += 1
            for pair, address in ((clerks, first), (others, second)):
                with ThreadPoolExecutor(len(pair)) as pool:
                    # each of a unit's two rows through one of the services
                    rows = [places[0 if address == first else 1] for _, places in pair]
                    answers = pool.map(lambda both: both[0].write(both[2], both[1]), [
                        (clerk, row, address) for (clerk, _), row in zip(pair, rows, strict=True)])  # fmt: skip
                    trial.said.update(f"edits answered {status}" for status in answers)
            if number % 5 == 4:
                trial.must(one.settle(), "never settled")
                trial.check(one)
        trial.must(one.settle(), "never settled")
        trial.check(one)
        runs = one.workspace.store.runs.last(one.key, 100_000)
        spans = sorted((run.started_at, run.finished_at) for run in runs if run.finished_at is not None)
        overlap = sum(later[0] < before[1] for before, later in itertools.pairwise(spans))
        trial.verdict.doubled += [f"{overlap} runs at once"] if overlap else []
        for log in (running.said(), other.said()):
            trial.must("Traceback" not in log, "a traceback in the log")
        trial.said[f"{len(runs)} runs, none at the same time"] += not overlap
    return trial


def garbage(given: argparse.Namespace, folder: Path) -> Trial:
    """Let the spreadsheets' server answer garbage to each request of a run in turn."""
    trial = Trial("garbage between the spreadsheets' server and us")
    with office(folder) as one, served(one, "--no-worker") as (address, _):
        clerks = clerks_of(one, address)
        wanted = soak_garbage.KINDS[: given.garbage or None]
        for kind in wanted:
            for number in range(given.requests):
                for clerk, places in clerks:
                    clerk.write(address, places[number % 2])
                met, said = soak_garbage.run_with(
                    one.workspace, kind, number, chance_of(given.seed, f"{kind} {number}")
                )
                if not met:
                    break
                trial.tries += 1
                trial.said[said] += 1
                trial.must(not said.startswith("raised"), f"{kind}, request {number}: {said}")
                one.consolidate()
                trial.check(one)
            sys.stderr.write(f"{kind}: {trial.tries} tries\n")
    return trial


def crowd(given: argparse.Namespace, folder: Path) -> Trial:
    """Let many type and look at once, while hooks come all together."""
    trial = Trial(
        f"{given.clerks} clerks for {given.minutes:g} min, {given.browsers} browsers, {given.hooks:,} hooks at once"
    )
    latest = time.monotonic()
    times: list[float] = []
    with office(folder, units=given.clerks) as one, served(one) as (address, running):
        clerks = clerks_of(one, address)
        viewers = [Clerk(one, Role.VIEWER, name=f"viewer{number}@vidu.example") for number in range(given.browsers)]
        for viewer in viewers:
            viewer.enter(address)
        latest = time.monotonic() + given.minutes * 60
        ended = threading.Event()
        threads = [
            threading.Thread(target=_write_on, args=(address, clerk, places, ended, trial.said))
            for clerk, places in clerks
        ]
        threads += [
            threading.Thread(target=_look_on, args=(one, address, viewer, ended, trial.said, times))
            for viewer in viewers
        ]
        for thread in threads:
            thread.start()
        time.sleep(given.minutes * 30)
        _hooks_at_once(one, address, given.hooks, trial.said)
        time.sleep(max(0.0, latest - time.monotonic()))
        ended.set()
        for thread in threads:
            thread.join()
        trial.tries = 1
        trial.must(one.settle(PATIENCE * 2), "never settled")
        trial.check(one)
        runs, failed = one.runs()
        trial.said[f"{one.number:,} edits, {runs} runs"] += 1
        trial.must(not failed, f"runs failed: {failed[:2]}")
        trial.must("Traceback" not in running.said(), "a traceback in the log")
        if times:
            trial.said[f"pages: middle {sorted(times)[len(times) // 2]:.2f} s, longest {max(times):.2f} s"] += 1
    return trial


PAGES = ("/", "/problems", "/runs", "/exports", "/exports/status.xlsx", "/api/v1/statuses", "/decisions")


def _look_on(
    one: Office, address: str, viewer: Clerk, ended: threading.Event, said: Counter[str], times: list[float]
) -> None:
    units = [f"/units/{unit.code}" for unit in one.workspace.campaign.units[:3]]
    while not ended.is_set():
        for page in (*PAGES, *units):
            if ended.is_set():
                return
            started = time.monotonic()
            try:
                status = viewer.session.get(address + page, timeout=PATIENCE).status_code
            except requests.RequestException:
                status = 0
            times.append(time.monotonic() - started)
            said[f"pages answered {status}"] += 1
            ended.wait(0.2)


def _hooks_at_once(one: Office, address: str, count: int, said: Counter[str]) -> None:
    book = one.places(1)[0].spreadsheet_id
    body = json.dumps({"spreadsheet_id": book}).encode()
    barrier = threading.Barrier(count)

    def send(number: int) -> None:
        at, nonce = str(int(clocks.system().timestamp())), f"soak-{number}-{at_random}"
        headers = {
            hook_signatures.TIMESTAMP: at,
            hook_signatures.NONCE: nonce,
            hook_signatures.SIGNATURE: "sha256=" + hook_signatures.sign(SECRET, at, nonce, body),
        }
        barrier.wait()
        try:
            status = requests.post(f"{address}/hooks/sheet", data=body, headers=headers, timeout=PATIENCE).status_code
        except requests.RequestException:
            status = 0
        said[f"hooks answered {status}"] += 1

    at_random = os.urandom(4).hex()
    started = time.monotonic()
    threads = [threading.Thread(target=send, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    said[f"hooks answered within {time.monotonic() - started:.1f} s"] += 1


TRIALS: dict[str, Callable[[argparse.Namespace, Path], Trial]] = {
    "stop": stopped,
    "provision": killed_provisioning,
    "term": terminated,
    "clock": clock_set,
    "postgres": restarted_postgres,
    "two": two_services,
    "garbage": garbage,
    "crowd": crowd,
}


@contextmanager
def own_folder(name: str) -> Iterator[Path]:
    """Make a folder for one trial; it is thrown away."""
    with tempfile.TemporaryDirectory(prefix=f"tonghop-{name}-") as folder:
        yield Path(folder)


def main() -> None:
    """Try the faults and print the table."""
    parser = argparse.ArgumentParser(prog="scripts/soak faults", description=__doc__)
    parser.add_argument("--only", default=",".join(TRIALS), help="some of: %(default)s")
    parser.add_argument("--tries", type=int, default=10, help="of each fault that is tried by chance")
    parser.add_argument("--units", type=int, default=6, help="that are provisioned while it is killed")
    parser.add_argument("--garbage", type=int, default=0, help="kinds of garbage to try; 0 is every kind")
    parser.add_argument("--requests", type=int, default=20, help="of a run that meet garbage, one after another")
    parser.add_argument("--clerks", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=2.0)
    parser.add_argument("--browsers", type=int, default=5)
    parser.add_argument("--hooks", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--hasten", action="store_true", help="leases of who is dead or frozen run out at once")
    given = parser.parse_args()
    unknown = set(given.only.split(",")) - TRIALS.keys()
    if unknown:
        parser.error(f"--only: {', '.join(sorted(unknown))}; there is {', '.join(TRIALS)}")
    # told to end, it ends what it started first
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(2))
    tried = []
    for name in given.only.split(","):
        with own_folder(name) as folder:
            tried.append(TRIALS[name](given, folder))
        sys.stderr.write(f"{tried[-1].line}\n")
    lines = [f"seed {given.seed}", HEAD, *(one.line for one in tried)]
    for one in tried:
        found = one.verdict
        lines += [f"{one.name}: {fault}" for fault in (*found.lost, *found.doubled, *found.torn, *one.faults)[:10]]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.exit(not all(one.is_good for one in tried))


if __name__ == "__main__":
    main()
