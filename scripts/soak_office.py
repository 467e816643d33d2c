"""An office to be tried: clerks who type over HTTP, commands that run over it, and what is to be found afterwards.

A clerk writes one text into four cells of a row at once. What was answered must be on the tab, in the version that is
kept and on the master, once each; a row whose cells are of two edits is torn.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import endurance
import requests
from endurance import free_port, until

from service import clock as clocks
from service import connections, grants, wiring, workflows
from service.clock import Clock
from service.domain.roles import Role
from service.embedded.storage.sqlite_store import FILE_NAME
from service.facts.records import WorkbookKind
from service.settings import Settings
from service.workspace import Workspace
from sheets_schema.declaration import builtin_campaign
from sheets_schema.layout import lay_out

FORM = "registration"
COLUMNS = (1, 3, 4, 6)  # name, scale, people, note: each takes any words
DAY_COLUMN, DAY = 2, "15/10/2023"
SECRET = "bi-mat-cua-lan-thu-0123"  # noqa: S105 – of a folder that is thrown away
TIMING = {"DEBOUNCE_SECONDS": "0.3", "MAX_WAIT_SECONDS": "2", "SWEEP_SECONDS": "15", "HOOK_SECRET": SECRET}
PATIENCE = 60.0


class Running(endurance.Running):
    """One command in a process group of its own, told and heard as a service manager does."""

    def tell(self, number: int) -> None:
        """Signal the first process alone."""
        self._process.send_signal(number)

    def wait(self, seconds: float) -> int | None:
        """Return its exit status, None while it runs on."""
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def end(self) -> None:
        """Ask it to end, also where it is frozen, and kill what does not."""
        self.send(signal.SIGCONT)
        super().end()

    def said(self) -> str:
        """Return all it wrote."""
        return self._log.read_text(encoding="utf-8", errors="replace")


def environ_of(settings: Settings) -> dict[str, str]:
    """Return the environment of a command over an office."""
    given = TIMING | {"DATA_DIR": str(settings.data_dir), "CAMPAIGN": settings.campaign, "REHEARSAL": "1"}
    given |= {"DATABASE_URL": settings.database_url} if settings.database_url else {}
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TONGHOP_")}
    return clean | {f"TONGHOP_{name}": value for name, value in given.items()}


@dataclass(frozen=True)
class Place:
    """A row of a unit's tab that one clerk alone writes."""

    unit: str
    spreadsheet_id: str
    sheet_id: int
    row: int


@dataclass
class Written:
    """What one clerk wrote into one place, and what became of the last edit."""

    sure: str = ""  # answered
    perhaps: list[str] = field(default_factory=list)  # tried after that, and not answered


@dataclass
class Verdict:
    """What was found wrong."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    torn: list[str] = field(default_factory=list)

    def add(self, other: Verdict) -> None:
        """Take in what another found."""
        self.lost += other.lost
        self.doubled += other.doubled
        self.torn += other.torn

    @property
    def is_good(self) -> bool:
        """Return True if nothing was found."""
        return not (self.lost or self.doubled or self.torn)


class Office:
    """One data folder with a few units, their tabs made."""

    def __init__(self, workspace: Workspace, folder: Path) -> None:
        self.workspace, self.folder = workspace, folder
        self.environ = environ_of(workspace.settings)
        self.written: dict[Place, Written] = {}
        self.number = 0
        self._logs = 0

    @property
    def key(self) -> str:
        """The campaign's key."""
        return self.workspace.campaign.key

    def command(self, *args: str, **settings: str) -> Running:
        """Start a command over the folder."""
        self._logs += 1
        environ = self.environ | {f"TONGHOP_{name}": value for name, value in settings.items()}
        return Running(environ, self.folder / f"{args[0]}-{self._logs}.log", *args)

    def places(self, a_unit: int) -> list[Place]:
        """Return the first rows of every unit's tab, as many as asked of each."""
        campaign, places = self.workspace.campaign, []
        for tab in self.workspace.store.registry.tabs(self.key):
            if tab.form == FORM:
                top = lay_out(campaign, campaign.form(FORM), campaign.unit(tab.unit), "").table.start_row
                places += [Place(tab.unit, tab.spreadsheet_id, tab.sheet_id, top + slot) for slot in range(a_unit)]
        return places

    def next_text(self) -> str:
        """Return words that no other edit writes."""
        self.number += 1
        return f"Ra quân làm sạch kênh mương, lần {self.number:06d}"

    def state(self) -> str:
        """Return who runs the campaign; blank when none does."""
        state = self.workspace.store.work.state(self.key)
        return state.owner or "" if state else ""

    def settled(self) -> bool:
        """Return True if nothing is left to do."""
        state = self.workspace.store.work.state(self.key)
        idle = state is not None and state.dirty_since is None and state.owner is None
        return idle and not self._outbox()

    def _outbox(self) -> int:
        file = self.workspace.settings.data_dir / FILE_NAME
        connection = sqlite3.connect(file, timeout=30)
        try:
            return int(connection.execute("SELECT count(*) FROM outbox").fetchone()[0])
        finally:
            connection.close()

    def rows_on_tabs(self) -> dict[tuple[str, int], list[str]]:
        """Return the cells of every row of every unit's tab."""
        books: dict[str, dict[int, str]] = {}
        for tab in self.workspace.store.registry.tabs(self.key):
            if tab.form == FORM:
                books.setdefault(tab.spreadsheet_id, {})[tab.sheet_id] = tab.unit
        rows = {}
        for spreadsheet_id, units in books.items():
            tabs = [tab for tab in self.workspace.sheets.inventory(spreadsheet_id).tabs if tab.sheet_id in units]
            for sheet_id, grid in self.workspace.sheets.read(spreadsheet_id, tabs).items():
                rows |= {(units[sheet_id], number): list(row) for number, row in enumerate(grid.cells)}
        return rows

    def words_on_master(self) -> Counter[str]:
        """Return the texts of the master's sheets of entries, each with how often it is there."""
        masters = [
            book for book in self.workspace.store.registry.workbooks(self.key) if book.kind is WorkbookKind.MASTER
        ]
        master = self.workspace.sheets.inventory(masters[0].spreadsheet_id)
        # other sheets name the latest entry too
        entries = [tab for tab in master.tabs if tab.title.startswith("Tổng hợp")]
        grids = self.workspace.sheets.read(master.spreadsheet_id, entries)
        return Counter(cell for grid in grids.values() for row in grid.cells for cell in row)

    def kept_words(self) -> Counter[str]:
        """Return the texts of the version kept last of every tab."""
        units = [unit.code for unit in self.workspace.campaign.units]
        held = self.workspace.store.contents.read(self.key, FORM, units)
        found: Counter[str] = Counter()
        for one in held:
            for entry in one.entries:
                found.update(re.findall(r"Ra quân làm sạch kênh mương, lần \d+", str(entry)))
        return found

    def on_master(self) -> bool:
        """Return True if the master shows what is on the tabs."""
        rows, master = self.rows_on_tabs(), self.words_on_master()
        return all(master[cells[1]] for place in self.written if (cells := rows[place.unit, place.row])[1:])

    def settle(self, seconds: float = PATIENCE) -> bool:
        """Wait until the running workers have nothing left to do and the master shows it all."""
        return until(lambda: self.settled() and self.on_master(), seconds)

    def type_into(self, place: Place) -> None:
        """Write the next text into a row by the office's own clock, without the web."""
        said = self.next_text()
        cells = [str(place.row), *([said] * 6)]
        cells[DAY_COLUMN], cells[5] = DAY, ""
        clerk = connections.clerk(self.workspace.settings, self.workspace.clock, "")
        clerk.type_rows(place.spreadsheet_id, place.sheet_id, place.row, [cells])
        self.written[place] = Written(said)

    def consolidate(self) -> workflows.RunReport:
        """Run once in this process."""
        return workflows.consolidate(self.workspace, "soak")

    def verdict(self) -> Verdict:
        """Compare what was written with tabs, kept versions and master, and look at facts and files."""
        found = Verdict()
        rows, master, kept = self.rows_on_tabs(), self.words_on_master(), self.kept_words()
        for place, written in self.written.items():
            cells = (rows[place.unit, place.row] + [""] * 7)[:7]
            texts = {cells[column] for column in COLUMNS}
            if len(texts) > 1:
                found.torn.append(f"{place.unit} row {place.row}: {sorted(texts)}")
                continue
            (text,) = texts
            if text != written.sure and text not in written.perhaps:
                found.lost.append(
                    f"{place.unit} row {place.row}: {written.sure!r} was answered, {text!r} is on the tab"
                )
            if text:
                self._compare(found, text, master[text], kept[text])
        found.doubled += self._doubled_facts()
        found.torn += self._files_not_whole()
        return found

    def _compare(self, found: Verdict, text: str, shown: int, kept: int) -> None:
        # name, scale, people and note
        if shown < len(COLUMNS) or not kept:
            found.lost.append(f"{text!r}: {shown} cells of the master, {kept} of the kept version")
        elif shown > len(COLUMNS):
            found.doubled.append(f"{text!r}: {shown} cells of the master")

    def _doubled_facts(self) -> list[str]:
        seen: dict[tuple[str, str], str] = {}
        doubled = []
        for fact in self.workspace.store.facts.lines(self.key):
            if fact.kind == "observation":
                said = str({name: value for name, value in fact.payload.items() if not name.endswith("_at")})
                if seen.get((fact.unit, fact.form)) == said:
                    doubled.append(f"fact {fact.id}")
                seen[fact.unit, fact.form] = said
        return doubled

    def _files_not_whole(self) -> list[str]:
        faults = []
        for file in sorted(self.workspace.settings.data_dir.glob("*.sqlite")):
            connection = sqlite3.connect(file, timeout=30)
            whole = connection.execute("PRAGMA integrity_check").fetchall()
            connection.close()
            faults += [] if whole == [("ok",)] else [f"{file.name}: {whole}"]
        return faults

    def runs(self) -> tuple[int, list[str]]:
        """Return how many runs were recorded, and the words of those that failed."""
        runs = self.workspace.store.runs.last(self.key, 100_000)
        return len(runs), [str(run.error) for run in runs if run.error]


class Clerk:
    """Someone in a browser: a session of the web, signed in as a unit or as the board."""

    def __init__(self, office: Office, role: Role = Role.UNIT, unit: str = "", name: str = "") -> None:
        self._office, self.unit = office, unit
        self.session = requests.Session()
        self.session.trust_env = False
        self._csrf = ""
        self._layout = ""
        email = name or f"{role}-{unit}@vidu.example"
        self._token = grants.invite(office.workspace, email, role, unit).token

    def enter(self, address: str) -> None:
        """Use the link up."""
        self.session.post(f"{address}/sign-in/{self._token}", timeout=PATIENCE).raise_for_status()
        page = self.session.get(f"{address}/units/{self.unit}" if self.unit else address, timeout=PATIENCE)
        page.raise_for_status()
        found = re.search(r'name="csrf[-_]token" (?:value|content)="([^"]+)"', page.text)
        self._csrf = found[1] if found else ""

    def write(self, address: str, place: Place) -> int:
        """Write the next text into a row; return the answer's status, 0 when there was none."""
        office, text = self._office, self._office.next_text()
        written = office.written.setdefault(place, Written())
        path = f"{address}/units/{place.unit}/{FORM}/cells"
        try:
            read = self.session.get(path, timeout=PATIENCE)
            if read.status_code != 200:
                return read.status_code
            cells, layout = read.json()["cells"], read.json()["layout"]
            wanted = dict.fromkeys(COLUMNS, text) | {DAY_COLUMN: DAY, 0: str(place.row)}
            changes = [
                {"row": place.row, "column": column, "base": _cell(cells, place.row, column), "text": said}
                for column, said in wanted.items()
            ]
        except (requests.RequestException, ValueError):
            return 0
        # from here on it may have been carried out
        written.perhaps.append(text)
        try:
            body = {"layout": layout, "changes": changes}
            answer = self.session.post(path, json=body, headers={"X-CSRF-Token": self._csrf}, timeout=PATIENCE)
            if answer.status_code == 200 and len(answer.json()["saved"]) == len(changes):
                written.sure, written.perhaps = text, []
            elif 400 <= answer.status_code < 500:
                written.perhaps.remove(text)
        except (requests.RequestException, ValueError):
            return 0
        return answer.status_code


def _cell(cells: list[list[str]], row: int, column: int) -> str:
    return cells[row][column] if row < len(cells) and column < len(cells[row]) else ""


def campaign_of_few(folder: Path, units: int) -> Path:
    """Return a campaign's folder with the first units of the roster alone."""
    made = folder / "campaign" / "thang_dan_van_2023"
    shutil.copytree(builtin_campaign("thang_dan_van_2023"), made)
    roster = made / "units.csv"
    roster.write_text("".join(roster.read_text("utf-8").splitlines(keepends=True)[: units + 1]), "utf-8")
    return made


def settings_of(folder: Path, units: int, database: str = "") -> Settings:
    """Return the settings of a rehearsal of some units in a folder."""
    campaign = str(campaign_of_few(folder, units))
    return Settings(data_dir=folder / "data", campaign=campaign, database_url=database, rehearsal=True)


@contextmanager
def office(folder: Path, units: int = 3, database: str = "", clock: Clock = clocks.system) -> Iterator[Office]:
    """Make an office of some units and open it; its tabs are made."""
    with wiring.open_workspace(settings_of(folder, units, database), clock, actor="soak") as workspace:
        workflows.provision(workspace, [FORM])
        yield Office(workspace, folder)


@contextmanager
def served(one: Office, *more: str, **settings: str) -> Iterator[tuple[str, Running]]:
    """Serve an office over HTTP until the block ends; yield the address and the command."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    running = one.command("serve", "--port", str(port), *more, **settings)
    with ExitStack() as stack:
        stack.callback(running.end)
        if not until(lambda: is_up(address), PATIENCE):
            raise SystemExit(running.said())
        yield address, running


def is_up(address: str) -> bool:
    """Return True if an address answers."""
    try:
        return requests.get(f"{address}/healthz", timeout=5).status_code == 200
    except requests.RequestException:
        return False


def chance_of(seed: int, fault: str) -> random.Random:
    """Return what decides, the same for the same seed and fault."""
    return random.Random(f"{seed} {fault}")  # noqa: S311 – a trial, not a secret
