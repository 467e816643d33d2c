"""Reading and writing a tab with the identity of the editor; the spreadsheets' own protections decide."""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import ClassVar

from service import connections
from service.errors import FactsError, ServiceError, SheetsForbiddenError, SheetsRefusedError
from service.sheets import http
from service.sheets.batches import Request
from service.sheets.in_process import WsgiAdapter
from service.sheets.marks import COLUMN_KEY
from service.sheets.verbs import Sheets
from service.web.editor import weighing
from service.web.editor.posted_cells import Edit
from service.web.editor.tab_view import COLUMN_FIELDS, PAGE_FIELDS, TEXT_FIELDS, EditorTab, tab_of
from service.web.editor.weighing import Weighed
from service.workspace import Workspace
from sheets_schema.campaign import Unit
from sheets_schema.wording import message

GONE = message("editor.tab_gone")
log = logging.getLogger(__name__)


class NoAddressError(ServiceError):
    """The roster gives a unit no address, so that no cell is the unit's to write."""

    http_status = HTTPStatus.CONFLICT


class TabGoneError(ServiceError):
    """A registered tab is not in its spreadsheet any more."""

    http_status = HTTPStatus.NOT_FOUND


class MovedError(ServiceError):
    """The tab is laid out otherwise than when the page was opened; nothing was written."""

    http_status = HTTPStatus.CONFLICT
    json_values: ClassVar[dict[str, object]] = {"moved": True}


class LockedError(ServiceError):
    """The spreadsheets refused the write."""

    http_status = HTTPStatus.LOCKED


@dataclass(frozen=True, slots=True)
class EditedTab:
    """Where a tab is."""

    spreadsheet_id: str
    sheet_id: int


class Keyring:
    """The spreadsheets by identity. Tokens of units are made when first needed and never leave this process."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._guard = threading.Lock()
        self._tokens: dict[str, str] = {}
        self._adapter: WsgiAdapter | None = None
        self._writing: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def sheets(self, email: str) -> Sheets:
        """Return the spreadsheets as an address may use them."""
        settings = self._workspace.settings
        with self._guard:
            if email not in self._tokens:
                self._tokens[email] = connections.unit_token(settings, self._workspace.clock, email)
            session = connections.bearer_session(self._tokens[email])
            if settings.sheets != "embedded":
                return Sheets(http.connect(session, settings.sheets), COLUMN_KEY)
            if self._adapter is None:
                self._adapter = WsgiAdapter(connections.embedded_application(settings, self._workspace.clock))
            session.mount("https://", self._adapter)
        return Sheets(http.connect(session), COLUMN_KEY)

    def writing(self, spreadsheet_id: str) -> threading.Lock:
        """Return the lock that keeps looking and writing of one spreadsheet together."""
        with self._guard:
            return self._writing[spreadsheet_id]


def address_of(unit: Unit, signed_in_as: str) -> str:
    """Return the address a unit writes with: its own one who is signed in, else the first of the roster."""
    own = {email.lower() for email in unit.emails}
    if signed_in_as.lower() in own:
        return signed_in_as.lower()
    if not unit.emails:
        raise NoAddressError(message("editor.no_address", unit=unit.name))
    return unit.emails[0].lower()


@dataclass(frozen=True, slots=True)
class Desk:
    """One tab as a user may read and write it; the service names its columns."""

    sheets: Sheets
    service: Sheets
    place: EditedTab

    def look(self, *, drawn: bool = False) -> EditorTab:
        """Read the tab, for a page to be drawn or only its texts; TabGoneError when it is not there. Two reads."""
        spreadsheet_id, sheet_id = self.place.spreadsheet_id, self.place.sheet_id
        try:
            found = self.sheets.look(spreadsheet_id, PAGE_FIELDS if drawn else TEXT_FIELDS, sheet_id)
            named = self.service.look(spreadsheet_id, COLUMN_FIELDS, sheet_id)
        except SheetsRefusedError as error:
            raise TabGoneError(GONE) from error
        tab = tab_of(found, named, sheet_id)
        if tab is None:
            raise TabGoneError(GONE)
        return tab

    def save(self, edit: Edit, lock: threading.Lock, announce: Callable[[], None]) -> tuple[EditorTab, Weighed]:
        """Write what still says what the clerk saw, in one batch; return the tab then, and what became of each change.

        MovedError, and nothing written, when cells are elsewhere than the browser thinks.
        """
        with lock:
            tab = self.look()
            if tab.layout != edit.layout:
                raise MovedError(message("editor.moved"))
            weighed = weighing.weigh(tab, edit.changes)
            self._apply(weighing.requests_for(tab, self.place.sheet_id, weighed.writes))
            if weighed.writes:
                announce()
        return tab.with_texts(weighed.writes), weighed

    def _apply(self, requests: list[Request]) -> None:
        try:
            self.sheets.apply(self.place.spreadsheet_id, requests)
        except (SheetsRefusedError, SheetsForbiddenError) as error:
            raise LockedError(message("editor.write_refused")) from error


def announce_edit(workspace: Workspace, spreadsheet_id: str) -> None:
    """Mark a spreadsheet as changed, so that the worker reads it.

    A workbook that is watched reports changes by itself, by a push. The cells are saved: a mark that fails is logged,
    and the next sweep reads them.
    """
    try:
        if not workspace.store.channels.is_watched(spreadsheet_id, workspace.clock()):
            workspace.mark_edited(spreadsheet_id)
    except FactsError as error:
        log.warning("an edit is left to the sweep: %s", error)
