"""The few verbs the service has for spreadsheets: find, create, inventory, read, apply, watch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from threading import Lock
from typing import TYPE_CHECKING, Any, cast

from service.errors import IncompleteReadError, SheetsMissingError, SheetsRefusedError
from service.sheets.answer_shape import check_shape
from service.sheets.api_addresses import (
    DRIVE_FILES_URL,
    SPREADSHEET_BATCH_UPDATE_URL,
    SPREADSHEET_URL,
)
from service.sheets.batches import Request, chunks, packed, request_size, values_body
from service.sheets.inventory import FIELDS, NUMBERS, Inventory, TabInventory, inventory_of
from service.sheets.retrying import resending
from sheets_schema.grid import Grid
from sheets_schema.wording import message

if TYPE_CHECKING:
    import gspread

    from service.sheets.answered import Answered
    from service.sheets.http import BoundedHTTPClient
    from service.sheets.pacing import Meter


SPREADSHEET_MIME = "application/vnd.google-apps.spreadsheet"
XLSX_MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEASURE_FIELDS = "updatedSpreadsheet(sheets(properties(sheetId,gridProperties(rowCount))))"


class FileState(StrEnum):
    """Where a spreadsheet is."""

    THERE = "there"
    BINNED = "binned"  # in Drive's bin, from where it may come back
    MISSING = "missing"  # deleted, or not shared with us


class Sheets:
    """Spreadsheets as the service uses them, over one identity.

    Given a function, it connects on first use: a command that asks no spreadsheet loads nothing of the connection.
    """

    def __init__(self, client: gspread.Client | Callable[[], gspread.Client], column_key: str) -> None:
        self._client = client
        self._connecting = Lock()
        self._column_key = column_key

    @property
    def client(self) -> gspread.Client:
        """The connection, for verbs in modules of their own."""
        with self._connecting:
            if callable(self._client):
                self._client = self._client()
            return self._client

    @property
    def _http(self) -> BoundedHTTPClient:
        return cast("BoundedHTTPClient", self.client.http_client)

    @property
    def meter(self) -> Meter:
        """What the calls have cost so far."""
        return self._http.meter

    def find(self, properties: Mapping[str, str], drive: str = "") -> tuple[tuple[str, Mapping[str, str]], ...]:
        """Return id and appProperties of the spreadsheets that carry these properties, oldest first.

        `drive` looks in one shared drive alone.
        """
        terms = [f"appProperties has {{ key='{key}' and value='{value}' }}" for key, value in properties.items()]
        query = " and ".join([f"mimeType='{SPREADSHEET_MIME}'", "trashed=false", *terms])
        params: dict[str, Any] = {
            "q": query,
            "orderBy": "createdTime",
            "pageSize": 100,
            "fields": "nextPageToken,files(id,appProperties)",
            "supportsAllDrives": True,
            "includeItemsFromAllDrives": True,
        }
        if drive:
            params |= {"corpora": "drive", "driveId": drive}
        found: list[tuple[str, Mapping[str, str]]] = []
        while True:
            answer = self._http.answer("get", DRIVE_FILES_URL, params=params)
            with shaped():
                check_shape(answer)
                found += [(item["id"], item.get("appProperties", {})) for item in answer.get("files", ())]
            if not answer.get("nextPageToken"):
                return tuple(found)
            params["pageToken"] = answer["nextPageToken"]

    def create(self, title: str, properties: Mapping[str, str], drive: str = "") -> str:
        """Create a spreadsheet that can be found by its appProperties from its first moment; return its id.

        It is ours, or is in a shared drive and has no owner.
        """
        body: dict[str, Any] = {"name": title, "mimeType": SPREADSHEET_MIME, "appProperties": dict(properties)}
        if drive:
            body["parents"] = [drive]
        params = {"fields": "id", "supportsAllDrives": True}
        answer = self._http.answer("post", DRIVE_FILES_URL, params=params, json=body)
        if not answer.get("id"):
            raise SheetsRefusedError(message("sheets.creation_unreadable"))
        return str(answer["id"])

    def inventory(self, spreadsheet_id: str) -> Inventory:
        """Return what a spreadsheet holds beside the words of its cells. One read."""
        return self.inventory_from(spreadsheet_id, self.inventory_answer(spreadsheet_id))

    def inventory_answer(self, spreadsheet_id: str, fields: str = FIELDS, known: str = "") -> Answered:
        """Return what is answered where an inventory is asked for, not decoded if its digest is `known`. One read.

        Where the server refuses to compute the numbers that are asked for, it comes without.
        """
        url = SPREADSHEET_URL % spreadsheet_id
        try:
            return self._http.answered("get", url, known=known, params={"fields": fields})
        except SheetsRefusedError:
            if NUMBERS not in fields:
                raise
            return self._http.answered("get", url, known=known, params={"fields": fields.replace(NUMBERS, "")})

    def inventory_from(self, spreadsheet_id: str, answered: Answered) -> Inventory:
        """Return the inventory that was answered."""
        answer = answered.decoded()
        with shaped():
            check_shape(answer)
            return inventory_of(spreadsheet_id, answer, self._column_key)

    def look(self, spreadsheet_id: str, fields: str, sheet_id: int | None = None) -> Mapping[str, Any]:
        """Return the masked fields of a spreadsheet, or of one tab of it, in the API's own form. One read."""
        if sheet_id is None:
            return self._http.answer("get", SPREADSHEET_URL % spreadsheet_id, params={"fields": fields})
        return self.look_at(spreadsheet_id, fields, [{"sheetId": sheet_id}])

    def look_at(self, spreadsheet_id: str, fields: str, ranges: Sequence[Mapping[str, int]]) -> Mapping[str, Any]:
        """Return the masked fields of some ranges in the API's own form. One read."""
        url = f"{SPREADSHEET_URL % spreadsheet_id}:getByDataFilter"
        body = {"dataFilters": [{"gridRange": dict(one)} for one in ranges]}
        return self._http.answer("post", url, params={"fields": fields}, json=body)

    def holds_nothing(self, spreadsheet_id: str, ranges: Sequence[Mapping[str, int]]) -> bool:
        """Return True if there is neither a text nor a formula in some ranges. One read."""
        filters = [{"gridRange": dict(one)} for one in ranges]
        body = {"dataFilters": filters, "valueRenderOption": "FORMULA", "majorDimension": "ROWS"}
        url = f"{SPREADSHEET_URL % spreadsheet_id}/values:batchGetByDataFilter"
        answer = self._http.answer("post", url, json=body)
        with shaped():
            found = [match["valueRange"].get("values", ()) for match in answer.get("valueRanges", ())]
            return not any(str(cell) for rows in found for row in rows for cell in row)

    def read(self, spreadsheet_id: str, tabs: Sequence[TabInventory]) -> dict[int, Grid]:
        """Return the grid of each tab as people see it, by sheet id; raise IncompleteReadError when one is missing.

        One read, or several for many cells when the tabs are large.
        """
        grids: dict[int, Grid] = {}
        for chunk in chunks(tabs):
            grids |= grids_from(self.values_answer(spreadsheet_id, [tab.read_range for tab in chunk]), chunk)
        missing = [tab.title for tab in tabs if tab.sheet_id not in grids]
        if missing:
            raise IncompleteReadError(message("sheets.tabs_unread", titles=", ".join(missing)))
        return grids

    def values_answer(self, spreadsheet_id: str, ranges: Sequence[Mapping[str, int]], known: str = "") -> Answered:
        """Return what is answered of ranges as people see them, not decoded if its digest is `known`. One read."""
        filters = [{"gridRange": dict(one)} for one in ranges]
        body = {"dataFilters": filters, "valueRenderOption": "FORMATTED_VALUE", "majorDimension": "ROWS"}
        url = f"{SPREADSHEET_URL % spreadsheet_id}/values:batchGetByDataFilter"
        return self._http.answered("post", url, known=known, json=body)

    def apply(
        self, spreadsheet_id: str, requests: Sequence[Request], *, resend: bool = True
    ) -> list[Mapping[str, Any]]:
        """Apply requests together or not at all, however many bytes they are; return their replies. One write.

        `resend` False says that applying twice would do harm, so that a lost answer is not tried again.
        """
        if not requests:
            return []
        url = SPREADSHEET_BATCH_UPDATE_URL % spreadsheet_id
        with resending(resend):
            answer = self._http.answer("post", url, json={"requests": list(requests)})
        with shaped():
            return list(answer.get("replies", ()))

    def apply_and_measure(self, spreadsheet_id: str, requests: Sequence[Request]) -> dict[int, int]:
        """Apply requests together or not at all; return how many rows every tab has after it, by id. One write.

        A lost answer is tried again: the requests must refuse to be applied twice, or bear it.
        """
        body = {"requests": list(requests), "includeSpreadsheetInResponse": True}
        with resending(allowed=True):
            url = f"{SPREADSHEET_URL % spreadsheet_id}:batchUpdate"
            answer = self._http.answer("post", url, params={"fields": MEASURE_FIELDS}, json=body)
        with shaped():
            tabs = [sheet.get("properties", {}) for sheet in answer.get("updatedSpreadsheet", {}).get("sheets", ())]
            return {tab.get("sheetId", 0): tab.get("gridProperties", {}).get("rowCount", 0) for tab in tabs}

    def apply_in_parts(self, spreadsheet_id: str, pieces: Iterable[Sequence[Request]]) -> int:
        """Apply pieces that need not land together, each of them whole; return how many writes that took.

        As many as fit into the size that Google recommends go in one write; a piece above it goes alone. Pieces must
        be fit to land twice: a run cut off in between begins again.
        """
        writes = 0
        for batch in packed(pieces, request_size):
            self.apply(spreadsheet_id, [request for piece in batch for request in piece])
            writes += 1
        return writes

    def write_values(
        self,
        spreadsheet_id: str,
        given: Sequence[tuple[Mapping[str, int], object]],
        *,
        as_typed: bool = False,
    ) -> None:
        """Write rows of values, or their JSON, into areas; null leaves a cell alone. One write, none for no area.

        They are written as they are, so that no word is read as a number, a date or a formula, or as they would be
        typed.
        """
        if not given:
            return
        url = f"{SPREADSHEET_URL % spreadsheet_id}/values:batchUpdateByDataFilter"
        with resending(allowed=True):
            self._http.answer(
                "post", url, params={"fields": "spreadsheetId"}, json=values_body(given, as_typed=as_typed)
            )

    def modified_at(self, spreadsheet_id: str) -> datetime | None:
        """Return when the file was last changed, as Drive says (up to three minutes behind). One Drive call."""
        params = {"fields": "modifiedTime", "supportsAllDrives": True}
        answer = self._http.answer("get", f"{DRIVE_FILES_URL}/{spreadsheet_id}", params=params)
        with shaped():
            text = answer.get("modifiedTime", "")
            return datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None

    def export(self, spreadsheet_id: str) -> bytes:
        """Return the whole file as .xlsx, as Drive writes it (Google: 10 MB at most). One Drive call."""
        url = f"{DRIVE_FILES_URL}/{spreadsheet_id}/export"
        return bytes(self._http.request("get", url, params={"mimeType": XLSX_MIME}).content)

    def state(self, spreadsheet_id: str) -> FileState:
        """Return where a file is: the Sheets API still answers for one in the bin. One Drive call."""
        params = {"fields": "trashed", "supportsAllDrives": True}
        try:
            answer = self._http.answer("get", f"{DRIVE_FILES_URL}/{spreadsheet_id}", params=params)
        except SheetsMissingError:
            return FileState.MISSING
        return FileState.BINNED if answer.get("trashed") else FileState.THERE


def grids_from(answered: Answered, tabs: Sequence[TabInventory]) -> dict[int, Grid]:
    """Return the grids of tabs that were answered, by sheet id; one that the server left out is not there."""
    answer = answered.decoded()
    by_id = {tab.sheet_id: tab for tab in tabs}
    grids: dict[int, Grid] = {}
    with shaped():
        for match in answer.get("valueRanges", ()):
            # matched by the filter that is echoed: the order of answers is not promised
            for echoed in match.get("dataFilters", ()):
                sheet_id = echoed.get("gridRange", {}).get("sheetId", 0)
                if sheet_id in by_id:
                    rows = match.get("valueRange", {}).get("values", ())
                    cells = tuple(tuple(map(str, row)) for row in rows)
                    grids[sheet_id] = Grid(cells=cells, merges=by_id[sheet_id].merges)
    return grids


@contextmanager
def shaped() -> Iterator[None]:
    """Raise SheetsRefusedError where an answer is JSON, and not in the API's form."""
    try:
        yield
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise SheetsRefusedError(message("sheets.misshapen")) from error
