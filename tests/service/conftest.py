"""A board's office over the embedded server: provision, type as people do, consolidate, look."""

from __future__ import annotations

import fcntl
import os
import shutil
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server
from zoneinfo import ZoneInfo

import gspread
import pytest
import requests
from sqlalchemy import NullPool, create_engine, make_url, text

from service import connections, data_folder, wiring, workflows
from service.embedded.storage.bearer_tokens import issue_token, mark_service_account
from service.leases import LEASE
from service.settings import Settings, campaign_of
from service.sheets import http
from service.sheets.in_process import WsgiAdapter
from service.sheets.marks import COLUMN_KEY
from service.sheets.pacing import Waiting
from service.sheets.verbs import Sheets
from sheets_schema.campaign import Campaign

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
READING_WEEK = Path(__file__).parents[1] / "campaigns" / "tuan_le_doc_sach_2031"
SEASON = "thang_dan_van_2023"
SERVICE = "robot@du-an.iam.gserviceaccount.com"
THREE = ("VP-UBND", "S-CT", "S-GDDT")


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


class Quiet(WSGIRequestHandler):
    def log_message(self, *_args):
        pass


@pytest.fixture
def listen() -> Iterator[Callable[..., str]]:
    """Return `listen(application)`: the address where it answers over HTTP until the test ends."""
    with ExitStack() as stack:

        def serve(application) -> str:
            server = stack.enter_context(make_server("127.0.0.1", 0, application, handler_class=Quiet))
            thread = threading.Thread(target=server.serve_forever, args=(0.02,))
            thread.start()
            stack.callback(thread.join)
            stack.callback(server.shutdown)
            return f"http://127.0.0.1:{server.server_port}"

        yield serve


class CutOffError(BaseException):
    """The process ends here, as by a power cut; nobody handles it."""


def cut_off(application, after: int, *, landed: bool):
    """Answer so many requests, then end: before the next one is carried out, or after it landed."""
    answered = 0

    def answer(environ, start_response):
        nonlocal answered
        if answered == after and not landed:
            raise CutOffError
        body = list(application(environ, start_response))
        if answered == after:
            raise CutOffError
        answered += 1
        return body

    return answer


# the facts of every office in PostgreSQL instead of SQLite: TONGHOP_TEST_OFFICES=postgresql, for a second run
POSTGRES_URL = os.environ.get("TONGHOP_TEST_POSTGRES_URL", "")
ON_POSTGRES = os.environ.get("TONGHOP_TEST_OFFICES", "") == "postgresql"
MARK = "database-of-this-folder"
made_databases: list[str] = []


def administer(*statements: str) -> None:
    engine = create_engine(
        make_url(POSTGRES_URL).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT", poolclass=NullPool
    )
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))


def database_of(folder: Path) -> str:
    """Return the address of a folder's own database: a copied folder gets a copy of the database it came with."""
    if not ON_POSTGRES:
        return ""
    mark, name = folder / MARK, f"office_{uuid.uuid4().hex}"
    template = f' TEMPLATE "{mark.read_text()}"' if mark.exists() else ""
    administer(f'CREATE DATABASE "{name}"{template}')
    made_databases.append(name)
    folder.mkdir(parents=True, exist_ok=True)
    mark.write_text(name)
    return make_url(POSTGRES_URL).set(database=name).render_as_string(hide_password=False)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if ON_POSTGRES and item.get_closest_marker("sqlite_file"):
            item.add_marker(pytest.mark.skip(reason="about the SQLite file itself"))


@pytest.fixture(autouse=True)
def drop_databases() -> Iterator[None]:
    """Drop what a test made; what the whole run shares was made before."""
    shared = len(made_databases)
    yield
    for name in made_databases[shared:]:
        administer(f'DROP DATABASE "{name}" WITH (FORCE)')
    del made_databases[shared:]


class Office:
    """One data folder and its campaign."""

    def __init__(self, folder: Path, campaign: str = SEASON, units: tuple[str, ...] = ()) -> None:
        self.settings = Settings(data_dir=folder, campaign=campaign, rehearsal=True, database_url=database_of(folder))
        declared = campaign_of(self.settings)
        chosen = tuple(unit for unit in declared.units if not units or unit.code in units)
        self.campaign: Campaign = replace(declared, units=chosen)
        self.now = instant("2023-09-20 08:00")
        # of a workspace with something between it and the server
        self.waiting = Waiting()
        self.per_minute = 0  # reads, and as many writes; 0 is no limit
        self._client: gspread.Client | None = None
        self._service = ("", "")  # who we are and its token, where not the owner

    def as_service_account(self, files: str) -> Office:
        """Let the service be a service account, as on Google: it can own nothing; `files` as in TONGHOP_FILES."""
        self.settings = replace(self.settings, files=files)
        mark_service_account(self.settings.data_dir, SERVICE)
        self._service = (SERVICE, issue_token(self.settings.data_dir, SERVICE, self.clock))
        return self

    def clock(self) -> datetime:
        return self.now

    def at(self, text: str) -> Office:
        """Set the clock: "2023-09-29 17:00", as it shows in Bắc Giang."""
        self.now = instant(text)
        return self

    def copy(self, folder: Path) -> Office:
        """Return the same office over a copy of the folder."""
        office = Office(shutil.copytree(self.settings.data_dir, folder), self.settings.campaign)
        office.campaign, office.now, office.waiting = self.campaign, self.now, self.waiting
        office.settings = replace(office.settings, files=self.settings.files)
        office._service = self._service
        return office

    def become(self, other: Office) -> Office:
        """Take over what another office holds, the folder copied, before anything of this one is opened."""
        shutil.rmtree(self.settings.data_dir)
        made = other.copy(self.settings.data_dir)
        self.settings = replace(
            other.settings, data_dir=made.settings.data_dir, database_url=made.settings.database_url
        )
        self.campaign, self.now = made.campaign, made.now
        self._client = None
        return self

    def find(self, shown: list[list[str]], text: str) -> tuple[int, int]:
        return find(shown, text)

    def unit(self, code: str, **changes: object) -> None:
        """Change a unit of the roster."""
        units = tuple(replace(unit, **changes) if unit.code == code else unit for unit in self.campaign.units)
        self.campaign = replace(self.campaign, units=units)

    def form(self, key: str, **changes: object) -> None:
        """Change a form of the campaign."""
        forms = tuple(replace(form, **changes) if form.key == key else form for form in self.campaign.forms)
        self.campaign = replace(self.campaign, forms=forms)

    @property
    def forms(self) -> tuple[str, ...]:
        return tuple(obligation.form for obligation in self.campaign.obligations)

    @contextmanager
    def workspace(self, between: Callable | None = None) -> Iterator[workflows.Workspace]:
        """Open a workspace; `between` may stand between it and the server."""
        with wiring.open_workspace(self.settings, self.clock) as opened:
            email, token = self._service
            if between is not None or email:
                application = connections.embedded_application(self.settings, self.clock)
                session = self.session(between(application) if between else application, token)
                limits = replace(self.settings, reads_per_minute=self.per_minute, writes_per_minute=self.per_minute)
                pacing = connections.pacing_of(limits, opened.store.calls, email or opened.service_email)
                sheets = Sheets(http.connect(session, pacing=pacing, waiting=self.waiting), COLUMN_KEY)
                opened = replace(opened, sheets=sheets, service_email=email or opened.service_email)
            opened = replace(opened, campaign=self.campaign)
            if opened.store.declarations.at(self.campaign.key) is not None:
                # as every command does
                workflows.learn_declaration(opened)
            yield opened

    def session(self, application, token: str = "") -> requests.Session:
        session = requests.Session()
        session.trust_env = False
        session.headers["Authorization"] = f"Bearer {token or data_folder.owner_token(self.settings)}"
        session.mount("https://", WsgiAdapter(application))
        return session

    def client(self, email: str = "") -> gspread.Client:
        """Return gspread over the same server, as the owner or as the one with this address."""
        token = issue_token(self.settings.data_dir, email, self.clock) if email else ""
        application = connections.embedded_application(self.settings, self.clock)
        return gspread.Client(auth=None, session=self.session(application, token))

    @property
    def owner(self) -> gspread.Client:
        if self._client is None:
            self._client = self.client()
        return self._client

    def provision(self, between: Callable | None = None, **options: bool):
        """Provision every form; return the report and (reads, writes) it cost."""
        with self.workspace(between) as workspace:
            report = workflows.provision(workspace, self.forms, **options)
            meter = workspace.sheets.meter
            return report, (meter.reads, meter.writes)

    def consolidate(self, between: Callable | None = None):
        with self.workspace(between) as workspace:
            return workflows.consolidate(workspace, trigger="test")

    def standing(self, unit: str, form: str):
        with self.workspace() as workspace:
            return next(item for item in workflows.standings(workspace, self.now, (form,)) if item.unit == unit)

    def books(self, form: str) -> list[str]:
        """Return the ids of a form's spreadsheets as the registry knows them."""
        with self.workspace() as workspace:
            known = workspace.store.registry.workbooks(self.campaign.key)
        return [book.spreadsheet_id for book in known if book.form == form]

    def tab(self, unit: str, form: str, client: gspread.Client | None = None) -> gspread.Worksheet:
        """Return a unit's tab."""
        with self.workspace() as workspace:
            known = workspace.store.registry.tabs(self.campaign.key)
        found = next(tab for tab in known if (tab.unit, tab.form) == (unit, form))
        return (client or self.owner).open_by_key(found.spreadsheet_id).get_worksheet_by_id(found.sheet_id)

    def type(self, unit: str, form: str, rows=(), labels=None, first: int = 1) -> gspread.Worksheet:
        """Type rows below the header, from the first column, and values right of labels; words stay words."""
        tab = self.tab(unit, form)
        shown = tab.get_all_values()
        if rows:
            number = header_number(shown, self.campaign.form(form).columns[0].title)
            tab.update([list(row) for row in rows], f"A{number + first}", raw=True)
        for label, value in (labels or {}).items():
            row, column = find(shown, label)
            tab.update([[value]], gspread.utils.rowcol_to_a1(row, column + 1), raw=True)
        return tab

    def master(self) -> dict[str, list[list[str]]]:
        """Return every sheet of the master as shown, by title."""
        return {sheet.title: sheet.get_all_values() for sheet in self.master_file().worksheets()}

    def master_file(self) -> gspread.Spreadsheet:
        return self.owner.open_by_key(self.books("")[0])

    def everything(self, spreadsheet_id: str) -> object:
        """Return all there is in a spreadsheet but what is numbered by chance."""
        whole = self.owner.http_client.fetch_sheet_metadata(spreadsheet_id, params={"includeGridData": "true"})
        return without(whole, {"spreadsheetId", "spreadsheetUrl", "protectedRangeId", "metadataId", "index"})

    def forget_lease(self) -> None:
        """Let a dead holder's lease run out without waiting for it."""
        with self.workspace() as workspace:
            later = workspace.lease_clock() + 2 * LEASE
            claim = workspace.store.work.claim_all(self.campaign.key, later, "test", timedelta(seconds=1))
            for spreadsheet_id in claim.spreadsheets:
                workspace.store.work.settle(claim, spreadsheet_id)
            workspace.store.work.release(claim, later)


def header_number(shown: list[list[str]], title: str) -> int:
    """Return the sheet row of the header."""
    return next(number for number, row in enumerate(shown, start=1) if row and row[0] == title)


def find(shown: list[list[str]], text: str) -> tuple[int, int]:
    """Return the sheet row and column, counted from 1, of the cell that says this, a colon after it or not."""
    return next(
        (number, column)
        for number, row in enumerate(shown, start=1)
        for column, cell in enumerate(row, start=1)
        if cell.removesuffix(":").strip() == text
    )


def without(value: object, names: set[str]) -> object:
    """Drop keys from nested JSON."""
    if isinstance(value, dict):
        return {key: without(item, names) for key, item in value.items() if key not in names}
    return [without(item, names) for item in value] if isinstance(value, list) else value


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return a folder that one of the processes of a run makes for all of them."""
    # a database is copied by one at a time
    if ON_POSTGRES or "PYTEST_XDIST_WORKER" not in os.environ:
        make(alone := factory.mktemp(name))
        return alone
    shared = factory.getbasetemp().parent / name
    with shared.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not shared.exists():
            make(half := factory.mktemp(name))
            half.rename(shared)
    return shared


@pytest.fixture(scope="session")
def provisioned(tmp_path_factory) -> Path:
    """A data folder of the season of 2023 with three units, provisioned."""
    return made_once(tmp_path_factory, "ba-don-vi", lambda folder: Office(folder, units=THREE).provision())


@pytest.fixture(scope="session")
def provisioned_season(tmp_path_factory) -> Path:
    """A data folder of the whole season of 2023, provisioned."""
    return made_once(tmp_path_factory, "ca-mua", lambda folder: Office(folder).provision())


@pytest.fixture
def office(provisioned, tmp_path) -> Office:
    """Three units with their tabs, nothing typed yet."""
    return Office(shutil.copytree(provisioned, tmp_path / "data"), units=THREE)


@pytest.fixture(scope="module")
def shared_office(provisioned, tmp_path_factory) -> Office:
    """Three units with their tabs: what the tests of a module fill once, and then each begins with (`become`)."""
    return Office(shutil.copytree(provisioned, tmp_path_factory.mktemp("chung") / "data"), units=THREE)


@pytest.fixture
def season_office(provisioned_season, tmp_path) -> Office:
    """All 53 units with their tabs, nothing typed yet."""
    return Office(shutil.copytree(provisioned_season, tmp_path / "data"))


@pytest.fixture
def new_office(tmp_path) -> Callable[..., Office]:
    """Make an office over an empty folder."""

    def make(campaign: str = SEASON, units: tuple[str, ...] = THREE, name: str = "data") -> Office:
        return Office(tmp_path / name, campaign, units)

    return make


@pytest.fixture
def reading_week(tmp_path) -> Office:
    """The made-up campaign of two units, one form and one tab a workbook; nothing provisioned yet."""
    return Office(tmp_path / "data", str(READING_WEEK))


@pytest.fixture(scope="session")
def make_office() -> type[Office]:
    """For tests that share offices among themselves."""
    return Office


@pytest.fixture(scope="session")
def cutting():
    """`cutting(after, landed=…)` ends the process after so many requests."""

    def make(after: int, *, landed: bool):
        return lambda application: cut_off(application, after, landed=landed)

    return make


@pytest.fixture(scope="session")
def cut_off_error() -> type[BaseException]:
    return CutOffError
