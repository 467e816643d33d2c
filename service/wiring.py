"""Settings become a Workspace here and nowhere else."""

from __future__ import annotations

import getpass
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from service import clock as clocks
from service.clock import Clock
from service.data_folder import (
    EMBEDDED_TOKEN_FILE,
    OWNER_EMAIL,
    REHEARSAL_MARK,
    data_folder,
    make_rehearsal,
    refuse_missing,
    refuse_unusable,
    tally_of,
)
from service.domain.file_sources import Files, FileSource
from service.domain.observations import MODIFIED_LAG
from service.embedded.storage.sqlite_store import FILE_NAME as EMBEDDED_FILE
from service.errors import NoSeasonError, RehearsalError, SheetsDamagedError
from service.facts.portable import sqlite_file
from service.facts.store import Store, open_store
from service.facts.tally import Count
from service.settings import FACTS_FILE, SEASONS_FOLDER, Settings, campaign_folder, campaign_of
from service.sheets.components import Component
from service.sheets.marks import COLUMN_KEY
from service.sheets.verbs import Sheets
from service.workspace import Progress, Workspace, silent
from sheets_schema.campaign import Campaign
from sheets_schema.wording import Message, message

if TYPE_CHECKING:
    from service.sheets.scratch import Client


def clock_for(settings: Settings, now: datetime | None, *, goes_on: bool = False, looks: bool = False) -> Clock:
    """Return the clock: the system's, or one set by --now in a rehearsal; raise RehearsalError elsewhere.

    With `looks` the folder is only read: it is not marked, and one yet to be made may be a rehearsal's.
    """
    file = settings.data_dir / FACTS_FILE
    holds_facts = (file.exists() and file.stat().st_size > 0) or tally_of(settings).read() != Count()
    may_begin = settings.rehearsal and not holds_facts
    if may_begin and looks:
        return clocks.system if now is None else clocks.ticking(now) if goes_on else clocks.frozen(now)
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
    begins: bool = True,
) -> Iterator[Workspace]:
    """Open the workspace that settings describe and close it again; `clock_for` gives the clock of a rehearsal.

    `component` says which part of the service it is for, and so what Google is asked to allow. With `begins` a folder
    and a database are made where there are none; else NoSeasonError says so, and nothing is made.
    """
    campaign = campaign_of(settings)
    if begins:
        data_folder(settings)
    else:
        refuse_unusable(settings)
        refuse_missing(settings)
    store = open_store(settings.facts_url, tally_of(settings), begins=begins)
    try:
        if not begins:
            _refuse_another_campaign(settings, store, campaign)
        sheets, email = connect_sheets(settings, clock, component, store=store, tell=progress)
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


def _refuse_another_campaign(settings: Settings, store: Store, campaign: Campaign) -> None:
    """Raise NoSeasonError where only other campaigns were begun: what is asked for would read as never sent.

    Seasons opened in the browser have folders of their own in the data folder: beside a season on record they do not
    speak of a mistake, and of one such season on record there is none.
    """
    key, is_declared = campaign.key, store.declarations.at(campaign.key) is not None
    if store.registry.is_begun(key) or (is_declared and _is_kept_here(settings, key)):
        return
    others = [one for one in store.registry.campaigns() if one != key]
    present = [one for one in others if not (is_declared and _has_folder_here(settings, one))]
    if present:
        place, named = store.inspection.place, ", ".join(present)
        raise NoSeasonError(message("start.another_campaign", place=place, present=named, campaign=settings.campaign))


def _is_kept_here(settings: Settings, key: str) -> bool:
    return campaign_folder(settings).resolve() == (settings.data_dir / SEASONS_FOLDER / key).resolve()


def _has_folder_here(settings: Settings, key: str) -> bool:
    return (settings.data_dir / SEASONS_FOLDER / key).is_dir()


def waiting_for_season(workspace: Workspace) -> Message | None:
    """Return that a database waits for its season; None where a spreadsheet was set up or a fact recorded."""
    if workspace.store.registry.is_begun(workspace.campaign.key):
        return None
    return message("start.not_begun", place=workspace.store.inspection.place)


def refuse_unbegun(workspace: Workspace) -> None:
    """Raise NoSeasonError where a database waits for its season."""
    waiting = waiting_for_season(workspace)
    if waiting is not None:
        raise NoSeasonError(waiting)


def files_of(settings: Settings) -> Files:
    """Return where new spreadsheets come from: what is set, else our own where we can own any."""
    # with a mailbox to act for, files are that mailbox's: a service account itself can own none
    owns = settings.sheets != "google" or bool(settings.google_subject)
    return Files.of(settings.files or (FileSource.OWN if owns else FileSource.BROUGHT))


def is_empty(settings: Settings) -> bool:
    """Return True where the facts' file is yet to be made: there is none, and none was lost."""
    file = sqlite_file(settings.facts_url)
    is_missing = file is not None and (not file.exists() or not file.stat().st_size)
    return is_missing and tally_of(settings).read() == Count()


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
    refuse_unusable(settings)
    tally = tally_of(settings)
    with TemporaryDirectory() as blank:
        if is_empty(settings):
            settings = replace(settings, database_url=f"sqlite:///{Path(blank) / FACTS_FILE}")
        else:
            settings = replace(settings, database_url=settings.facts_url)
        if settings.sheets == "embedded" and not (settings.data_dir / EMBEDDED_FILE).exists():
            settings = replace(settings, data_dir=Path(blank))
        if not settings.embedded_token and not (settings.data_dir / EMBEDDED_TOKEN_FILE).exists():
            settings = replace(settings, embedded_token=secrets.token_urlsafe(32))
        if not settings.data_dir.exists():
            settings = replace(settings, data_dir=Path(blank))
        with open_workspace(settings, clock, component=component, actor=actor, progress=progress) as workspace:
            workspace.store.inspection.refuse_fewer(tally)
            yield workspace


def for_component(workspace: Workspace, component: Component) -> Workspace:
    """Return the same workspace for another part of the service, with no more of Google's scopes than it needs."""
    if workspace.settings.sheets != "google":
        return workspace
    sheets, email = connect_sheets(workspace.settings, workspace.clock, component)
    return replace(workspace, sheets=sheets, service_email=email)


def who_runs() -> str:
    """Return the account's name of the user who runs a command, for the log of facts; blank where it has none."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""
    # it may be of bytes that are no text
    return name.encode("utf-8", "replace").decode("utf-8")


def connect_sheets(
    settings: Settings,
    clock: Clock,
    component: Component = Component.CONSOLIDATE,
    *,
    store: Store | None = None,
    tell: Progress = silent,
) -> tuple[Sheets, str]:
    """Return the spreadsheets where settings say they are, connected on first use, and the address we have there.

    The address is "" where only the server knows it: `workbooks.identified` asks. The store's slots of calls are shared
    by every process that works as this address, so that together they keep to its limits; embedded spreadsheets that
    it knows must be there: SheetsDamagedError.
    """
    account = None
    if settings.sheets == "google":
        from service.connections import google_account  # noqa: PLC0415 – google-auth is loaded for Google alone

        # settings that name no usable account are refused here, not at the first call
        account = google_account(settings, component)

    def connect() -> Client:
        from service.connections import client_of  # noqa: PLC0415 – most commands ask no spreadsheet

        if store is not None:
            refuse_lost_spreadsheets(settings, store.registry.has_workbooks)
        return client_of(settings, clock, account, reservations=store.calls if store else None, tell=tell)

    email = account.address if account is not None else OWNER_EMAIL if settings.sheets == "embedded" else ""
    return Sheets(connect, COLUMN_KEY), email


def refuse_lost_spreadsheets(settings: Settings, were_made: Callable[[], bool]) -> None:
    """Raise SheetsDamagedError where the embedded spreadsheets' file is gone: a new one would be made, and be blank."""
    file = settings.data_dir / EMBEDDED_FILE
    if settings.sheets != "embedded" or (file.exists() and file.stat().st_size):
        return
    if were_made():
        raise SheetsDamagedError(message("sheets.store_gone", file=str(file.absolute())))
