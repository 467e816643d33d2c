"""Connections to the spreadsheets: Google's, the embedded server's in this process, any server's over HTTP.

gspread, google-auth and the embedded server are loaded with this module: `wiring` imports it on first use.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import requests

from service import clock as clocks
from service.clock import Clock
from service.data_folder import OWNER_EMAIL, data_folder, owner_token
from service.embedded.contract.quotas import Quota
from service.embedded.server import create_app
from service.embedded.storage.bearer_tokens import forget_token, issue_token
from service.embedded.storage.courier import Courier
from service.embedded.storage.outbox import Outbox
from service.embedded.storage.sqlite_store import FILE_NAME, VERSION, SpreadsheetStore, StoreError, examine
from service.errors import SettingsError
from service.settings import Settings
from service.sheets import drive_about, google, http
from service.sheets.clerk import Clerk
from service.sheets.components import SCOPES, Component
from service.sheets.error_words import store_error
from service.sheets.google import GoogleAccount, Keys
from service.sheets.in_process import WsgiAdapter
from service.sheets.pacing import CallKind, Pacing, Reservations, SharedPacing, Waiting
from service.workspace import Progress, silent
from sheets_schema.wording import message

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    from service.sheets.scratch import Client

EMBEDDED_FILE = FILE_NAME  # of the embedded spreadsheets, in the data folder
EMBEDDED_VERSION = VERSION  # of the embedded spreadsheets' store


def client_of(
    settings: Settings,
    clock: Clock,
    account: GoogleAccount | None = None,
    *,
    reservations: Reservations | None = None,
    tell: Progress = silent,
) -> Client:
    """Return a client of the spreadsheets where settings say they are; with Google as this account.

    `reservations` are shared by every process that works as the same address: together they keep to its limits.
    """
    email = account.address if account is not None else OWNER_EMAIL if settings.sheets == "embedded" else ""
    pacing = None if reservations is None else pacing_of(settings, reservations, email)
    session, base_url = _line_to(settings, clock, account)
    return http.connect(session, base_url, pacing=pacing, waiting=Waiting(tell=tell))


def _line_to(settings: Settings, clock: Clock, account: GoogleAccount | None) -> tuple[requests.Session, str]:
    """Return a session to the spreadsheets, and the address it goes to where that is not Google's."""
    if account is not None:
        return account.session(), ""
    session = bearer_session(owner_token(settings))
    if settings.sheets != "embedded":
        return session, settings.sheets
    session.mount("https://", WsgiAdapter(embedded_application(settings, clock)))
    return session, ""


def pacing_of(settings: Settings, reservations: Reservations, email: str) -> Pacing | None:
    """Return what keeps an address under the limits that are set; None where there is no limit."""
    reads, writes = settings.calls_per_minute
    if not reads and not writes:
        return None
    # the log of calls need not hold an address
    identity = hashlib.sha256(f"{settings.sheets} {email}".encode()).hexdigest()
    return SharedPacing(reservations, identity, {CallKind.READ: reads, CallKind.WRITE: writes})


def google_account(settings: Settings, component: Component) -> GoogleAccount:
    """Return who we are to Google for one part of the service; SettingsError when settings name no usable account."""
    keys = Keys(settings.google_credentials, settings.google_impersonate, settings.google_subject)
    return google.open_account(keys, SCOPES[component])


@contextmanager
def another(settings: Settings, clock: Clock, given: str) -> Iterator[tuple[Client, str]]:
    """Connect as another account; yield the client and its address.

    `given` is a key file with Google, an address on the embedded server, a token's file elsewhere. An identity made
    for this on the embedded server is taken away again.
    """
    if settings.sheets == "google":
        account = google.open_account(Keys(Path(given).expanduser()), SCOPES[Component.CONSOLIDATE])
        yield http.connect(account.session()), account.address
    elif settings.sheets == "embedded":
        if "@" not in given:
            raise SettingsError(message("start.another_needs_address"))
        token = unit_token(settings, clock, given)
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
        raise SettingsError(message("start.another_unreadable")) from error
    if not token or not token.isprintable() or " " in token:
        raise SettingsError(message("start.another_not_a_token"))
    return token


def clerk(settings: Settings, clock: Clock, email: str) -> Clerk:
    """Return a clerk who types into the embedded spreadsheets: a unit's address, or "" for the owner."""
    token = unit_token(settings, clock, email) if email else owner_token(settings)
    session = bearer_session(token)
    session.mount("https://", WsgiAdapter(embedded_application(settings, clock)))
    return Clerk(http.connect(session))


def unit_token(settings: Settings, clock: Clock, email: str) -> str:
    """Return a new token for an address on the embedded server; a SheetsError when its file cannot be used."""
    with store_told():
        return issue_token(data_folder(settings), email, clock)


@contextmanager
def store_told() -> Iterator[None]:
    """Raise a SheetsError where the embedded spreadsheets' file cannot be used."""
    try:
        yield
    except StoreError as error:
        raise store_error(error.fault) from error


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
    """Return the courier of the embedded server's pushes over the data folder, by the machine's own clock."""
    return Courier(Outbox(SpreadsheetStore(data_folder(settings))), clocks.system)


def copy_embedded(settings: Settings, to: Path) -> int | None:
    """Copy the embedded spreadsheets as they are at this instant; return their version, None where there are none."""
    if settings.sheets != "embedded" or not (settings.data_dir / EMBEDDED_FILE).exists():
        return None
    store = SpreadsheetStore(settings.data_dir)
    with store_told():
        try:
            store.copy_to(to)
        finally:
            store.close()
        examine(to)
    return EMBEDDED_VERSION


def examine_embedded(file: Path) -> int:
    """Return how many spreadsheets a file of the embedded server holds; a SheetsError when any of it is damaged."""
    with store_told():
        return examine(file)
