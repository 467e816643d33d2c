"""Settings become a Workspace here and nowhere else."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from service import clock as clocks
from service.campaign_setting import campaign_of as campaign_of
from service.clock import Clock
from service.data_folder import EMBEDDED_TOKEN_FILE, OWNER_EMAIL, REHEARSAL_MARK, data_folder, make_rehearsal
from service.domain.file_sources import Files, FileSource
from service.domain.observations import MODIFIED_LAG
from service.embedded.storage.sqlite_store import FILE_NAME as EMBEDDED_FILE
from service.errors import RehearsalError
from service.facts.store import open_store
from service.settings import FACTS_FILE, Settings
from service.sheets.components import Component
from service.sheets.pacing import Reservations
from service.sheets.tab_requests import COLUMN_KEY
from service.sheets.verbs import Sheets
from service.workspace import Progress, Workspace, silent
from sheets_schema.wording import message

if TYPE_CHECKING:
    from service.sheets.scratch import Client


def clock_for(settings: Settings, now: datetime | None, *, goes_on: bool = False, looks: bool = False) -> Clock:
    """Return the clock: the system's, or one set by --now in a rehearsal; raise RehearsalError elsewhere.

    With `looks` the folder is only read: it is not marked, and one yet to be made may be a rehearsal's.
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
        raise RehearsalError(message("start.not_a_rehearsal", folder=str(settings.data_dir)))
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
def open_for_reading(
    settings: Settings,
    clock: Clock,
    *,
    component: Component = Component.CONSOLIDATE,
    actor: str = "",
    progress: Progress = silent,
) -> Iterator[Workspace]:
    """Open the workspace for reading only: what does not exist yet is empty in a folder that is deleted afterwards.

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


def who_runs() -> str:
    """Return the name of the user who runs a command, for the log of facts."""
    return os.environ.get("USER") or os.environ.get("USERNAME") or "tonghop"


def connect_sheets(
    settings: Settings,
    clock: Clock,
    component: Component = Component.CONSOLIDATE,
    *,
    reservations: Reservations | None = None,
    tell: Progress = silent,
) -> tuple[Sheets, str]:
    """Return the spreadsheets where settings say they are, connected on first use, and the address we have there.

    The address is "" where only the server knows it: `workbooks.identified` asks. `reservations` are shared by every
    process that works as this address: together they keep to its limits.
    """
    account = None
    if settings.sheets == "google":
        from service.connections import google_account  # noqa: PLC0415 – google-auth is loaded for Google alone

        # settings that name no usable account are refused here, not at the first call
        account = google_account(settings, component)

    def connect() -> Client:
        from service.connections import client_of  # noqa: PLC0415 – most commands ask no spreadsheet

        return client_of(settings, clock, account, reservations=reservations, tell=tell)

    email = account.address if account is not None else OWNER_EMAIL if settings.sheets == "embedded" else ""
    return Sheets(connect, COLUMN_KEY), email
