"""Settings become a Workspace here and nowhere else."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import requests

from service import clock as clocks
from service.clock import Clock
from service.data_folder import EMBEDDED_TOKEN_FILE, REHEARSAL_MARK, data_folder, make_rehearsal, owner_token
from service.domain.file_sources import Files, FileSource
from service.domain.observations import MODIFIED_LAG
from service.embedded.contract.quotas import Quota
from service.embedded.server import create_app
from service.embedded.storage.bearer_tokens import forget_token, issue_token
from service.embedded.storage.courier import Courier
from service.embedded.storage.outbox import Outbox
from service.embedded.storage.sqlite_store import FILE_NAME as EMBEDDED_FILE
from service.embedded.storage.sqlite_store import VERSION, SpreadsheetStore
from service.errors import RehearsalError, SettingsError
from service.facts.store import open_store
from service.settings import FACTS_FILE, Settings
from service.sheets import drive_about, google, http
from service.sheets.clerk import Clerk
from service.sheets.components import SCOPES, Component
from service.sheets.google import Account, Keys
from service.sheets.in_process import WsgiAdapter
from service.sheets.pacing import CallKind, Pacing, Reservations, SharedPacing, Waiting
from service.sheets.scratch import Client
from service.sheets.tab_requests import COLUMN_KEY
from service.sheets.verbs import Sheets
from service.workspace import Progress, Workspace, silent
from sheets_schema.campaign import Campaign
from sheets_schema.declaration import DeclarationError, builtin_campaign, load_campaign
from sheets_schema.wording import message

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

OWNER_EMAIL = "tonghop@localhost"
EMBEDDED_VERSION = VERSION  # of the embedded spreadsheets' store


def campaign_of(settings: Settings) -> Campaign:
    """Load the campaign that is set: one that comes with tonghop, or a folder."""
    folder = Path(settings.campaign)
    try:
        return load_campaign(folder if folder.is_dir() else builtin_campaign(settings.campaign))
    except DeclarationError as error:
        refused = message("settings.campaign_refused", campaign=settings.campaign, faults=error.message)
        raise SettingsError(refused) from error


def clock_for(settings: Settings, now: datetime | None, *, goes_on: bool = False, looks: bool = False) -> Clock:
    """Return the clock: the system's, or one set by --now in a rehearsal; raise RehearsalError elsewhere.

    `looks` says that the folder is only looked at: it is not marked, and one yet to be made may be a rehearsal's.
    """
    may_begin = settings.rehearsal and not (settings.data_dir / FACTS_FILE).exists()
    if may_begin and looks:
        return clocks.frozen(now) if now is not None else clocks.system
    if may_begin:
        # a folder that holds the facts of a real season never becomes a rehearsal
        make_rehearsal(data_folder(settings))
    if now is None:
        return clocks.system
    if not (settings.data_dir / REHEARSAL_MARK).exists():
        raise RehearsalError(
            f"--now chỉ dùng được trong thư mục dữ liệu diễn tập; {settings.data_dir} không phải. "
            "Dùng tonghop demo, hoặc đặt TONGHOP_REHEARSAL=1 với một thư mục dữ liệu riêng."
        )
    return clocks.ticking(now) if goes_on else clocks.frozen(now)


@contextmanager
def open_workspace(
    settings: Settings,
    clock: Clock = clocks.system,
    *,
    component: Component = Component.CONSOLIDATE,
    actor: str = "",
    progress: Progress = silent,
) -> Iterator[Workspace]:
    """Open the workspace that settings describe and close it again; `clock_for` gives the clock of a rehearsal.

    `component` says which part of the service it is for, and so what Google is asked to allow.
    """
    campaign = campaign_of(settings)
    data_folder(settings)
    store = open_store(settings.facts_url)
    try:
        sheets, email = connect_sheets(settings, clock, component, reservations=store.calls, tell=progress)
        yield Workspace(
            settings,
            campaign,
            store,
            sheets,
            clock,
            email,
            actor or who_runs(),
            progress,
            modified_lag=MODIFIED_LAG if settings.sheets == "google" else timedelta(0),
            files=files_of(settings),
        )
    finally:
        store.close()


def files_of(settings: Settings) -> Files:
    """Return where new spreadsheets come from: what is set, else our own where we can own any."""
    # with a mailbox to act for, files are that mailbox's: a service account itself can own none
    owns = settings.sheets != "google" or bool(settings.google_subject)
    return Files.of(settings.files or (FileSource.OWN if owns else FileSource.BROUGHT))


@contextmanager
def open_to_look(
    settings: Settings,
    clock: Clock,
    *,
    component: Component = Component.CONSOLIDATE,
    actor: str = "",
    progress: Progress = silent,
) -> Iterator[Workspace]:
    """Open the workspace to look only: what is not there yet stands empty in a folder that is thrown away after.

    The embedded spreadsheets are one store with their token: where the store is missing, so is all of it.
    """
    with TemporaryDirectory() as blank:
        file = settings.facts_url.removeprefix("sqlite:///")
        is_missing = file != settings.facts_url and not Path(file).exists()
        facts_url = f"sqlite:///{Path(blank) / FACTS_FILE}" if is_missing else settings.facts_url
        settings = replace(settings, database_url=facts_url)
        if settings.sheets == "embedded" and not (settings.data_dir / EMBEDDED_FILE).exists():
            settings = replace(settings, data_dir=Path(blank))
        if not settings.embedded_token and not (settings.data_dir / EMBEDDED_TOKEN_FILE).exists():
            settings = replace(settings, embedded_token=secrets.token_urlsafe(32))
        if not settings.data_dir.exists():
            settings = replace(settings, data_dir=Path(blank))
        with open_workspace(settings, clock, component=component, actor=actor, progress=progress) as workspace:
            yield workspace


def for_component(workspace: Workspace, component: Component) -> Workspace:
    """Return the same workspace for another part of the service, with no more of Google's scopes than it needs."""
    if workspace.settings.sheets != "google":
        return workspace
    sheets, email = connect_sheets(workspace.settings, workspace.clock, component)
    return replace(workspace, sheets=sheets, service_email=email)


def copy_embedded(settings: Settings, to: Path) -> int | None:
    """Copy the embedded spreadsheets as they are at this instant; return their version, None where there are none."""
    if settings.sheets != "embedded" or not (settings.data_dir / EMBEDDED_FILE).exists():
        return None
    store = SpreadsheetStore(settings.data_dir)
    try:
        store.copy_to(to)
    finally:
        store.close()
    return EMBEDDED_VERSION


def who_runs() -> str:
    """Name who runs a command, for the log of facts."""
    return os.environ.get("USER") or os.environ.get("USERNAME") or "tonghop"


def connect_sheets(
    settings: Settings,
    clock: Clock,
    component: Component = Component.CONSOLIDATE,
    *,
    reservations: Reservations | None = None,
    tell: Progress = silent,
) -> tuple[Sheets, str]:
    """Return the spreadsheets where settings say they are, and the address we have there.

    The address is "" where only the server could tell: whoever needs it asks (`workbooks.identified`). `reservations`
    are shared by every process that works as this address: together they keep to its limits.
    """
    session, base_url, email = _line_to(settings, clock, component)
    pacing = None if reservations is None else pacing_of(settings, reservations, email)
    client = http.connect(session, base_url, pacing=pacing, waiting=Waiting(tell=tell))
    return Sheets(client, COLUMN_KEY), email


def _line_to(settings: Settings, clock: Clock, component: Component) -> tuple[requests.Session, str, str]:
    """Return a session to the spreadsheets, the address it goes to where that is not Google's, and who we are there."""
    if settings.sheets == "google":
        account = google_account(settings, component)
        return account.session(), "", account.address
    session = bearer_session(owner_token(settings))
    if settings.sheets == "embedded":
        session.mount("https://", WsgiAdapter(embedded_application(settings, clock)))
        return session, "", OWNER_EMAIL
    # whose token it is, the server alone can tell
    return session, settings.sheets, ""


def pacing_of(settings: Settings, reservations: Reservations, email: str) -> Pacing | None:
    """Return what keeps an address under the limits that are set; None where there is no limit."""
    reads, writes = settings.calls_per_minute
    if not reads and not writes:
        return None
    # the log of calls need not hold an address
    identity = hashlib.sha256(f"{settings.sheets} {email}".encode()).hexdigest()
    return SharedPacing(reservations, identity, {CallKind.READ: reads, CallKind.WRITE: writes})


@contextmanager
def another(settings: Settings, clock: Clock, given: str) -> Iterator[tuple[Client, str]]:
    """Connect as somebody else, and tell the address: a key file with Google, an address or a token's file elsewhere.

    An identity made for this on the embedded server is taken away again.
    """
    if settings.sheets == "google":
        account = google.open_account(Keys(Path(given).expanduser()), SCOPES[Component.CONSOLIDATE])
        yield http.connect(account.session()), account.address
    elif settings.sheets == "embedded":
        if "@" not in given:
            raise SettingsError("--as: với máy chủ có sẵn, ghi một địa chỉ thư bất kỳ, ví dụ thu@vidu.example.")
        token = issue_token(data_folder(settings), given, clock)
        try:
            session = bearer_session(token)
            session.mount("https://", WsgiAdapter(embedded_application(settings, clock)))
            yield http.connect(session), given.strip().lower()
        finally:
            forget_token(data_folder(settings), token)
    else:
        client = http.connect(bearer_session(_token_in(Path(given).expanduser())), settings.sheets)
        yield client, drive_about.own_address(client)


def _token_in(path: Path) -> str:
    try:
        with path.open(encoding="ascii") as file:
            token = file.read(1024).strip()
    except (OSError, ValueError) as error:
        raise SettingsError("--as: không đọc được tệp giữ mã truy cập của tài khoản thứ hai.") from error
    if not token or not token.isprintable() or " " in token:
        raise SettingsError("--as: tệp này không giữ một mã truy cập.")
    return token


def google_account(settings: Settings, component: Component) -> Account:
    """Return who we are to Google for one part of the service; SettingsError when settings name nobody usable."""
    keys = Keys(settings.google_credentials, settings.google_impersonate, settings.google_subject)
    return google.open_account(keys, SCOPES[component])


def clerk(settings: Settings, clock: Clock, email: str) -> Clerk:
    """Return somebody who types into the embedded spreadsheets: a unit's address, or "" for the owner."""
    token = issue_token(data_folder(settings), email, clock) if email else owner_token(settings)
    session = bearer_session(token)
    session.mount("https://", WsgiAdapter(embedded_application(settings, clock)))
    return Clerk(http.connect(session))


def bearer_session(token: str) -> requests.Session:
    """Return a session that carries a token of the embedded server."""
    session = requests.Session()
    # requests would otherwise ask ~/.netrc for a password and put it in our token's place
    session.trust_env = False
    session.headers["Authorization"] = f"Bearer {token}"
    return session


def embedded_application(
    settings: Settings,
    clock: Clock,
    *,
    quota: Quota | None = None,
    latency: timedelta = timedelta(0),
    lags: bool = False,
) -> WSGIApplication:
    """Return the embedded server over the very store the service uses in process; limits and waiting for rehearsals."""
    return create_app(
        data_folder(settings),
        owner_email=OWNER_EMAIL,
        owner_token=owner_token(settings),
        clock=clock,
        quota=quota,
        latency=latency,
        lags=lags,
    )


def courier(settings: Settings) -> Courier:
    """Return who delivers the pushes of the embedded server over the data folder, by the machine's own clock."""
    return Courier(Outbox(SpreadsheetStore(data_folder(settings))), clocks.system)
