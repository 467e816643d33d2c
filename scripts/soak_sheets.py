"""Write to and read from the embedded Sheets server through several processes while they are killed.

Several `tonghop sheets-server` over one data folder, on loopback; writers and readers spread over several processes.
Ends with one line, and status 1 when an update was lost or doubled, a read was torn, a request was refused, a server
said "database is locked", or the file is not whole.
"""

from __future__ import annotations

import argparse
import json
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
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

import requests

TOKEN = "soak-0123456789abcdef"  # noqa: S105 – of a folder that is thrown away
STORE = "sheets.sqlite"
PATIENCE = 30.0  # a killed server is back long before
LISTS, BLOCKS, TWINS, COUNTS = 0, 1, 2, 3  # ids of the four tabs
BLOCK_ROWS, BLOCK_COLUMNS = 30, 5


class Server:
    """One server process with what it starts, always on the same port."""

    def __init__(self, folder: Path, number: int) -> None:
        self._folder, self._log = folder, folder / f"server-{number}.log"
        self.port = free_port()
        self.start()

    def start(self) -> None:
        """Start it, after whatever it said before."""
        environ = {name: value for name, value in os.environ.items() if not name.startswith("TONGHOP_")}
        environ |= {"TONGHOP_DATA_DIR": str(self._folder / "data"), "TONGHOP_EMBEDDED_TOKEN": TOKEN}
        code = "from service.cli import main; main()"
        command = [sys.executable, "-c", code, "sheets-server", "--port", str(self.port)]
        with self._log.open("ab") as out:
            self._process = subprocess.Popen(  # noqa: S603 – our own command
                command, env=environ, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
            )

    def is_up(self) -> bool:
        """Return True if it takes connections."""
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True

    def ready(self) -> None:
        """Wait until it takes connections, or end with what it said."""
        if not until(self.is_up, PATIENCE):
            raise SystemExit(self._log.read_text(encoding="utf-8", errors="replace"))

    def kill(self) -> None:
        """End the whole group at once."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


@dataclass(slots=True)
class Tally:
    """What the clients of one process did and found."""

    appended: list[str] = field(default_factory=list)  # acknowledged
    counted: dict[str, tuple[int, int]] = field(default_factory=dict)  # writer: last acknowledged, last tried
    requests: list[str] = field(default_factory=list)  # how each ended
    faults: list[str] = field(default_factory=list)


class Client:
    """One writer or reader: asks any of the servers, and another when one has just been killed."""

    def __init__(self, name: str, ports: list[int], book: str, tally: Tally) -> None:
        self.name, self._ports, self._tally = name, ports, tally
        self._base = f"/v4/spreadsheets/{book}"
        self._chance = random.Random(name)  # noqa: S311 – a trial, not a secret
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {TOKEN}"

    def ask(self, verb: str, path: str, body: object = None) -> dict | None:
        """Return the answer, or None when the server was killed meanwhile: it may have been done or not."""
        answer = self._answered(verb, path, body)
        if answer is None:
            self._tally.requests.append("cut off")
            return None
        self._tally.requests.append("answered")
        if answer.status_code != 200:
            self._tally.faults.append(f"{answer.status_code}: {answer.text[:200]}")
            return None
        return answer.json()

    def _answered(self, verb: str, path: str, body: object) -> requests.Response | None:
        latest = time.monotonic() + PATIENCE
        while time.monotonic() < latest:
            url = f"http://127.0.0.1:{self._chance.choice(self._ports)}{self._base}{path}"
            try:
                return self._session.request(verb, url, json=body, timeout=90)
            except requests.RequestException as error:
                if "NewConnectionError" not in str(error):
                    return None
                time.sleep(0.05)  # no connection: nothing was sent, another server may be asked
        return None

    def append(self, number: int) -> None:
        """Append a row that no other caller appends; it is never sent twice."""
        text = f"{self.name}-{number}"
        path = "/values/L!A1:append?valueInputOption=RAW"
        if self.ask("POST", path, {"values": [[text, self.name]]}) is not None:
            self._tally.appended.append(text)

    def fill(self, number: int) -> None:
        """Write one text into every cell of two tabs, in one batch."""
        cell = {"userEnteredValue": {"stringValue": f"{self.name}-{number}"}}
        rows = [{"values": [cell] * BLOCK_COLUMNS}] * BLOCK_ROWS
        kinds = [
            {"updateCells": {"start": {"sheetId": sheet}, "rows": rows, "fields": "userEnteredValue"}}
            for sheet in (BLOCKS, TWINS)
        ]
        self.ask("POST", ":batchUpdate", {"requests": kinds})

    def count(self, number: int, row: int) -> None:
        """Set the writer's own cell to a higher number, and find it there."""
        known = self._tally.counted.get(self.name, (0, 0))[0]
        path = f"/values/C!A{row}"
        done = self.ask("PUT", f"{path}?valueInputOption=RAW", {"values": [[number]]})
        known = known if done is None else number
        self._tally.counted[self.name] = (known, number)
        found = self.ask("GET", f"{path}?valueRenderOption=UNFORMATTED_VALUE")
        if done is not None and found is not None and found.get("values") != [[number]]:
            self._tally.faults.append(f"lost: {self.name} wrote {number} and reads {found.get('values')}")

    def look(self, before: list[str]) -> list[str]:
        """Read all tabs in one request: both blocks of one text, the list only grown at its end."""
        filters = [{"gridRange": {"sheetId": sheet}} for sheet in (LISTS, BLOCKS, TWINS)]
        answer = self.ask("POST", "/values:batchGetByDataFilter", {"dataFilters": filters})
        if answer is None:
            return before
        lists, *blocks = (part["valueRange"].get("values", []) for part in answer["valueRanges"])
        texts = Counter(cell for block in blocks for row in block for cell in row)
        if texts and list(texts.values()) != [2 * BLOCK_ROWS * BLOCK_COLUMNS]:
            self._tally.faults.append(f"torn: {dict(texts)}")
        rows = [row[0] for row in lists]
        if rows[: len(before)] != before:
            self._tally.faults.append(f"lost: {len(before)} rows seen, then other {len(rows)}")
        return rows


def write(client: Client, edits: int, row: int, latest: float) -> None:
    """Do the three sorts of edits by turns."""
    for number in range(1, edits + 1):
        if time.monotonic() > latest:
            return
        if number % 3 == 0:
            client.fill(number)
        elif number % 3 == 1:
            client.append(number)
        else:
            client.count(number, row)


def read(client: Client, done: threading.Event, latest: float) -> None:
    """Read until the writers of this process have ended."""
    seen: list[str] = []
    while not done.is_set() and time.monotonic() < latest:
        seen = client.look(seen)
        time.sleep(0.02)


def take_part(given: argparse.Namespace) -> Tally:
    """Run the writers and readers of one process."""
    tally, done, latest = Tally(), threading.Event(), time.monotonic() + given.seconds
    first, ports = given.part * given.writers, json.loads(given.ports)

    def started(name: str, act: Callable[..., None], *args: object) -> threading.Thread:
        thread = threading.Thread(target=act, args=(Client(name, ports, given.book, tally), *args, latest))
        thread.start()
        return thread

    readers = [started(f"r{given.part}.{number}", read, done) for number in range(given.readers)]
    writers = [started(f"w{number}", write, given.edits, number + 1) for number in range(first, first + given.writers)]
    for thread in writers:
        thread.join()
    done.set()
    for thread in readers:
        thread.join()
    return tally


def free_port() -> int:
    """Return a free port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def until(condition: Callable[[], object], seconds: float) -> bool:
    """Wait until something is so; False when the time is up before."""
    latest = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > latest:
            return False
        time.sleep(0.05)
    return True


@contextmanager
def served(folder: Path, count: int) -> Iterator[list[Server]]:
    """Start the servers; end them all, whatever happens."""
    servers: list[Server] = []
    try:
        for number in range(count):
            servers.append(Server(folder, number))
        for server in servers:
            server.ready()
        yield servers
    finally:
        for server in servers:
            server.kill()


def prepare(server: Server) -> str:
    """Make the spreadsheet with its four tabs and return its id."""
    sheets = [{"properties": {"sheetId": number, "title": title}} for number, title in enumerate("LBTC")]
    answer = requests.post(
        f"http://127.0.0.1:{server.port}/v4/spreadsheets",
        json={"sheets": sheets},
        headers={"Authorization": f"Bearer {TOKEN}"},
        timeout=PATIENCE,
    )
    return str(answer.json()["spreadsheetId"])


def part(given: argparse.Namespace, number: int, servers: list[Server], book: str) -> subprocess.Popen[str]:
    """Start one process of clients."""
    shares = {"writers": given.writers // given.processes, "readers": given.readers // given.processes}
    options = {"part": number, "book": book, "edits": given.edits, "seconds": given.seconds, **shares}
    options["ports"] = json.dumps([server.port for server in servers])
    command = [sys.executable, __file__, *(f"--{name}={value}" for name, value in options.items())]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 – ourselves


def kill_some(servers: list[Server], parts: list[subprocess.Popen[str]], kills: int, chance: random.Random) -> int:
    """Kill one server after another, at any moment, while clients are at work; return how many."""
    for number in range(kills):
        time.sleep(chance.uniform(0.2, 1.5))
        if all(one.poll() is not None for one in parts):
            return number
        server = chance.choice(servers)
        server.kill()
        server.start()
        server.ready()
    return kills


def merged(parts: list[subprocess.Popen[str]]) -> Tally:
    """Gather what every process of clients says when it ends."""
    whole = Tally()
    for one in parts:
        said, _ = one.communicate()
        if one.returncode:
            whole.faults.append(f"a process of clients ended with {one.returncode}")
            continue
        found = json.loads(said)
        whole.appended += found["appended"]
        whole.counted |= found["counted"]
        whole.requests += found["requests"]
        whole.faults += found["faults"]
    return whole


def final_faults(folder: Path, book: str, tally: Tally) -> list[str]:
    """Open the file that killed servers left and hold it against what was acknowledged."""
    faults = []
    connection = sqlite3.connect(folder / "data" / STORE)
    whole = connection.execute("PRAGMA integrity_check").fetchall()
    connection.close()
    if whole != [("ok",)]:
        faults.append(f"the file is not whole: {whole}")
    with served(folder, 1) as (server,):
        state = Tally()
        client = Client("end", [server.port], book, state)
        rows = Counter(client.look([]))
        counts = (client.ask("GET", "/values/C!A1:A1000?valueRenderOption=UNFORMATTED_VALUE") or {}).get("values", [])
    faults += state.faults
    missing = [text for text in tally.appended if not rows[text]]
    faults += [f"lost rows: {missing}"] if missing else []
    faults += [f"doubled row: {text}" for text, times in rows.items() if times > 1]
    for name, (known, tried) in tally.counted.items():
        row = int(name[1:])
        found = counts[row][0] if row < len(counts) and counts[row] else 0
        if found not in (known, tried):
            faults.append(f"lost: {name} wrote {known}, tried {tried}, and {found} stands there")
    return faults


def run(given: argparse.Namespace, folder: Path) -> str:
    """Run one trial and return the line that sums it up."""
    started, chance = time.monotonic(), random.Random(given.seed)  # noqa: S311 – a trial, not a secret
    with served(folder, given.servers) as servers:
        book = prepare(servers[0])
        parts = [part(given, number, servers, book) for number in range(given.processes)]
        with ExitStack() as stack:
            for one in parts:
                stack.callback(one.kill)
            kills = kill_some(servers, parts, given.kills, chance)
            tally = merged(parts)
    kills += len(servers)  # at the end they are killed too
    faults = tally.faults + final_faults(folder, book, tally)
    locked = sum(log.read_text(errors="replace").count("is locked") for log in folder.glob("server-*.log"))
    faults += [f'"database is locked" {locked} times'] if locked else []
    who = f"{given.writers} writers, {given.readers} readers in {given.processes} processes, {given.servers} servers"
    did = f"{kills} kills, {tally.requests.count('answered')} requests, {tally.requests.count('cut off')} cut off"
    found = "; ".join(faults[:5]) or "nothing lost, torn or locked"
    took = f"{time.monotonic() - started:.0f} s"
    return f"{'FAILED' if faults else 'OK'}: {who}, {did}, {len(tally.appended)} rows appended, {took}: {found}"


def main() -> None:
    """Run one trial and print its line."""
    parser = argparse.ArgumentParser(prog="scripts/soak sheets", description=__doc__)
    parser.add_argument("--writers", type=int, default=20)
    parser.add_argument("--readers", type=int, default=20)
    parser.add_argument("--processes", type=int, default=4, help="of clients")
    parser.add_argument("--servers", type=int, default=3)
    parser.add_argument("--edits", type=int, default=150, help="a writer's")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=300.0, help="no edit after so long")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--part", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--ports", help=argparse.SUPPRESS)
    parser.add_argument("--book", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.part is not None:
        sys.stdout.write(json.dumps(asdict(take_part(given))))
        return
    with tempfile.TemporaryDirectory(prefix="tonghop-soak-") as folder:
        line = run(given, Path(folder))
    sys.stdout.write(f"seed {given.seed}: {line}\n")
    sys.exit(line.startswith("FAILED"))


if __name__ == "__main__":
    main()
