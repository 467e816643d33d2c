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

import google.auth
import requests
from google.auth.transport.requests import AuthorizedSession
from google.oauth2 import service_account

from service import clock as clocks
from service.clock import Clock
from service.embedded.courier import Courier
from service.embedded.outbox import Outbox
from service.embedded.quotas import Quota
from service.embedded.server import create_app
from service.embedded.store import FILE_NAME as EMBEDDED_FILE
from service.embedded.store import Store as EmbeddedStore
from service.embedded.tokens import issue_token
from service.errors import RehearsalError, SettingsError
from service.facts.store import open_store
from service.settings import FACTS_FILE, Settings
from service.sheets import http
from service.sheets.clerk import Clerk
from service.sheets.in_process import WsgiAdapter
from service.sheets.pacing import CallKind, Pacing, Reservations, SharedPacing, Waiting
from service.sheets.tab_requests import COLUMN_KEY
from service.sheets.verbs import Sheets
from service.workspace import Progress, Workspace, silent
from sheets_schema.campaign import Campaign
from sheets_schema.declaration import DeclarationError, builtin_campaign, load_campaign

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

OWNER_EMAIL = "tonghop@localhost"
REHEARSAL_MARK = "REHEARSAL"
EMBEDDED_TOKEN_FILE = "embedded-token"  # noqa: S105 – the file's name
SCOPES = ("https://www.googleapis.com/auth/spreadsheets", "https://www.googleapis.com/auth/drive")


def campaign_of(settings: Settings) -> Campaign:
    """Load the campaign that is set: one that comes with tonghop, or a folder."""
    folder = Path(settings.campaign)
    try:
        return load_campaign(folder if folder.is_dir() else builtin_campaign(settings.campaign))
    except DeclarationError as error:
        raise SettingsError(f"Khai báo đợt chưa dùng được ({settings.campaign}):\n{error}") from error


def make_rehearsal(data_dir: Path) -> None:
    """Mark a data folder as made for rehearsal, so that its clock may be set."""
    data_dir.mkdir(parents=True, exist_ok=True)
    (data_dir / REHEARSAL_MARK).touch()


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
    actor: str = "",
    progress: Progress = silent,
) -> Iterator[Workspace]:
    """Open the workspace that settings describe and close it again; `clock_for` gives the clock of a rehearsal."""
    campaign = campaign_of(settings)
    data_folder(settings)
    store = open_store(settings.facts_url)
    try:
        sheets, email = connect_sheets(settings, clock, reservations=store, tell=progress)
        yield Workspace(settings, campaign, store, sheets, clock, email, actor or who_runs(), progress)
    finally:
        store.close()


@contextmanager
def open_to_look(
    settings: Settings, clock: Clock, *, actor: str = "", progress: Progress = silent
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
        with open_workspace(settings, clock, actor=actor, progress=progress) as workspace:
            yield workspace


def data_folder(settings: Settings) -> Path:
    """Make the data folder where it is missing; raise SettingsError when that cannot be."""
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise SettingsError(
            f"TONGHOP_DATA_DIR: không tạo được thư mục {settings.data_dir}: {error.strerror}."
        ) from error
    return settings.data_dir


def who_runs() -> str:
    """Name who runs a command, for the log of facts."""
    return os.environ.get("USER") or os.environ.get("USERNAME") or "tonghop"


def connect_sheets(
    settings: Settings, clock: Clock, *, reservations: Reservations | None = None, tell: Progress = silent
) -> tuple[Sheets, str]:
    """Return the spreadsheets where settings say they are, and the address we have there.

    `reservations` are shared by every process that works as this address: together they keep to its limits.
    """
    session, base_url, email = _line_to(settings, clock)
    pacing = None if reservations is None else pacing_of(settings, reservations, email)
    client = http.connect(session, base_url, pacing=pacing, waiting=Waiting(tell=tell))
    return Sheets(client, COLUMN_KEY), email


def _line_to(settings: Settings, clock: Clock) -> tuple[requests.Session, str, str]:
    """Return a session to the spreadsheets, the address it goes to where that is not Google's, and who we are there."""
    if settings.sheets == "google":
        session, email = _google_session(settings)
        return session, "", email
    session = bearer_session(owner_token(settings))
    if settings.sheets == "embedded":
        session.mount("https://", WsgiAdapter(embedded_application(settings, clock)))
        return session, "", OWNER_EMAIL
    return session, settings.sheets, OWNER_EMAIL


def pacing_of(settings: Settings, reservations: Reservations, email: str) -> Pacing | None:
    """Return what keeps an address under the limits that are set; None where there is no limit."""
    reads, writes = settings.calls_per_minute
    if not reads and not writes:
        return None
    # the log of calls need not hold an address
    identity = hashlib.sha256(f"{settings.sheets} {email}".encode()).hexdigest()
    return SharedPacing(reservations, identity, {CallKind.READ: reads, CallKind.WRITE: writes})


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
    settings: Settings, clock: Clock, *, quota: Quota | None = None, latency: timedelta = timedelta(0)
) -> WSGIApplication:
    """Return the embedded server over the very store the service uses in process; limits and waiting for rehearsals."""
    return create_app(
        data_folder(settings),
        owner_email=OWNER_EMAIL,
        owner_token=owner_token(settings),
        clock=clock,
        quota=quota,
        latency=latency,
    )


def courier(settings: Settings) -> Courier:
    """Return who delivers the pushes of the embedded server over the data folder, by the machine's own clock."""
    return Courier(Outbox(EmbeddedStore(data_folder(settings))), clocks.system)


def owner_token(settings: Settings) -> str:
    """Return the owner's token of the embedded server: the one set, else one kept in the data folder."""
    if settings.embedded_token:
        return settings.embedded_token
    return _kept_secret(settings, EMBEDDED_TOKEN_FILE)


def secret_key(settings: Settings) -> str:
    """Return what sessions are signed with: the one set, else one kept in the data folder.

    With Google raise SettingsError: there the web may run on several machines, and a folder may not last.
    """
    if settings.secret_key:
        return settings.secret_key
    if settings.sheets == "google":
        raise SettingsError(
            "Thiếu TONGHOP_SECRET_KEY: với TONGHOP_SHEETS=google phải đặt, ít nhất 16 ký tự ngẫu nhiên. "
            "Tạo bằng: python -c 'import secrets; print(secrets.token_urlsafe(32))'"
        )
    return _kept_secret(settings, "secret-key")


def _kept_secret(settings: Settings, name: str) -> str:
    """Return a secret of the data folder, made where it is missing; only its owner may read the file."""
    path = data_folder(settings) / name
    if not path.exists():
        fresh = path.with_suffix(f".{secrets.token_hex(8)}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(32), encoding="ascii")
        try:
            # the first of two processes wins, and both read the same
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text(encoding="ascii").strip()


def _google_session(settings: Settings) -> tuple[requests.Session, str]:
    try:
        if settings.google_credentials is not None:
            credentials = service_account.Credentials.from_service_account_file(  # type: ignore[no-untyped-call]
                str(settings.google_credentials), scopes=list(SCOPES)
            )
        else:
            credentials, _project = google.auth.default(scopes=list(SCOPES))
    except (OSError, ValueError, google.auth.exceptions.GoogleAuthError) as error:
        raise SettingsError(
            "TONGHOP_SHEETS=google nhưng chưa có khóa dùng được. Đặt TONGHOP_GOOGLE_CREDENTIALS là tệp khóa "
            f"của tài khoản dịch vụ. ({type(error).__name__})"
        ) from error
    session = AuthorizedSession(credentials)  # type: ignore[no-untyped-call]
    return session, getattr(credentials, "service_account_email", "")
