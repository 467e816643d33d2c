"""The few verbs the service has for spreadsheets: find, create, inventory, read, apply, watch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar, cast

from service.errors import IncompleteReadError, SheetsMissingError, SheetsRefusedError, SheetsUnavailableError
from service.sheets.answer_shape import check_shape
from service.sheets.api_addresses import (
    DRIVE_CHANGES_URL,
    DRIVE_CHANNELS_STOP_URL,
    DRIVE_FILES_URL,
    SPREADSHEET_BATCH_UPDATE_URL,
    SPREADSHEET_URL,
)
from service.sheets.json_bytes import json_bytes
from service.sheets.marks import column_marks_on, marks_on
from service.sheets.retrying import resending
from sheets_schema.grid import Grid, Merge
from sheets_schema.wording import message

if TYPE_CHECKING:
    import gspread
    import requests

    from service.sheets.answered import Answered
    from service.sheets.http import BoundedHTTPClient
    from service.sheets.pacing import Meter

Request = Mapping[str, Any]
T = TypeVar("T")

CHANGES_A_PAGE = 1000
LONGEST_MILLISECONDS = 14  # digits of an instant, until the year 5138
ALL_CHANGES = {"includeRemoved": True, "supportsAllDrives": True, "includeItemsFromAllDrives": True}
SPREADSHEET_MIME = "application/vnd.google-apps.spreadsheet"
XLSX_MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# one inventory is one read: tabs, their metadata, columns, protections and merges, no cells
INVENTORY_FIELDS = (
    "properties(title,locale,timeZone,importFunctionsExternalUrlAccessAllowed),sheets("
    "properties(sheetId,title,index,hidden,rightToLeft,gridProperties(rowCount,columnCount,frozenRowCount,frozenColumnCount)),"
    "developerMetadata(metadataId,metadataKey,metadataValue,visibility),merges,conditionalFormats,"
    "charts(chartId),basicFilter(range),"
    "protectedRanges(protectedRangeId,range,description,editors,warningOnly),"
    "data(startColumn,columnMetadata(developerMetadata(metadataId,metadataKey,metadataValue,visibility))))"
)
# the numbers that cells hold: a date is one, however it is shown
_NUMBERS = "startRow,rowData(values(effectiveValue(numberValue))),"
INVENTORY_WITH_NUMBERS = INVENTORY_FIELDS.replace("data(", f"data({_NUMBERS}")
# of these no more than what tabs are read by
READING_FIELDS = (
    "sheets(properties(sheetId,title,gridProperties(rowCount,columnCount)),"
    "developerMetadata(metadataId,metadataKey,metadataValue,visibility),merges,"
    "conditionalFormats(ranges,booleanRule(condition(values(userEnteredValue)))),"
    f"data({_NUMBERS}startColumn,"
    "columnMetadata(developerMetadata(metadataId,metadataKey,metadataValue,visibility))))"
)
MEASURE_FIELDS = "updatedSpreadsheet(sheets(properties(sheetId,gridProperties(rowCount))))"
# Google recommends 2 MB a request; a cell of a form is about this many bytes on the wire
BYTES_PER_REQUEST = 2_000_000
CELLS_PER_READ = 400_000
# of a tab that people made larger than any form is, this much is read
MOST_ROWS = 10_000
MOST_COLUMNS = 60


@dataclass(frozen=True, slots=True)
class TabInventory:
    """What the inventory says of one tab."""

    sheet_id: int
    title: str
    row_count: int
    column_count: int
    metadata: Mapping[str, str]  # our own marks on it
    metadata_ids: Mapping[str, int]
    columns: Mapping[int, str]  # zero-based index → the column key in our own mark
    merges: tuple[Merge, ...]
    protections: tuple[Mapping[str, Any], ...]
    conditional_formats: tuple[Mapping[str, Any], ...]
    charts: tuple[int, ...]
    stray_marks: tuple[int, ...] = ()  # ids of marks that look like ours and are not believed
    is_hidden: bool = False
    is_right_to_left: bool = False
    frozen: tuple[int, int] = (0, 0)  # rows and columns
    has_filter: bool = False
    numbers: Mapping[tuple[int, int], float] = field(default_factory=dict)  # row and column → a cell's number
    column_mark_ids: Mapping[int, int] = field(default_factory=dict)  # by zero-based column

    @property
    def is_overgrown(self) -> bool:
        """Return True if only a part of it is read."""
        return self.row_count > MOST_ROWS or self.column_count > MOST_COLUMNS

    @property
    def read_size(self) -> tuple[int, int]:
        """Return how many rows and columns of it are read."""
        return min(self.row_count, MOST_ROWS), min(self.column_count, MOST_COLUMNS)

    @property
    def read_range(self) -> dict[str, int]:
        """Return the range that is read; without edges where that is all of it."""
        rows, columns = self.read_size
        edges = {"endRowIndex": rows, "endColumnIndex": columns} if self.is_overgrown else {}
        return {"sheetId": self.sheet_id} | edges


@dataclass(frozen=True, slots=True)
class Watched:
    """What the server grants who asks to be told of changes."""

    resource_id: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ChannelWish:
    """The channel we ask for: to be told at an address, with a token, until an instant."""

    id: str
    token: str
    address: str
    until: datetime

    @property
    def body(self) -> dict[str, str]:
        """Return it as the API takes it."""
        return {
            "id": self.id,
            "type": "web_hook",
            "address": self.address,
            "token": self.token,
            "expiration": str(int(self.until.timestamp() * 1000)),
        }


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """One page of changes: which files, and where to look next."""

    file_ids: frozenset[str]
    next_token: str
    is_last: bool


@dataclass(frozen=True, slots=True)
class Inventory:
    """What one masked `get` says of a spreadsheet."""

    spreadsheet_id: str
    title: str
    locale: str
    zone: str
    tabs: tuple[TabInventory, ...]
    imports_allowed: bool = False  # whether formulas may fetch from outside

    def tab(self, sheet_id: int) -> TabInventory | None:
        """Return the tab with this id, or None."""
        return next((tab for tab in self.tabs if tab.sheet_id == sheet_id), None)


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

    def inventory_answer(self, spreadsheet_id: str, fields: str = INVENTORY_FIELDS, known: str = "") -> Answered:
        """Return what is answered where an inventory is asked for, not decoded if its digest is `known`. One read.

        Where the server refuses to compute the numbers that are asked for, it comes without.
        """
        url = SPREADSHEET_URL % spreadsheet_id
        try:
            return self._http.answered("get", url, known=known, params={"fields": fields})
        except SheetsRefusedError:
            if _NUMBERS not in fields:
                raise
            return self._http.answered("get", url, known=known, params={"fields": fields.replace(_NUMBERS, "")})

    def inventory_from(self, spreadsheet_id: str, answered: Answered) -> Inventory:
        """Return the inventory that was answered."""
        answer = answered.decoded()
        with shaped():
            check_shape(answer)
            properties = answer.get("properties", {})
            return Inventory(
                spreadsheet_id=spreadsheet_id,
                title=properties.get("title", ""),
                locale=properties.get("locale", ""),
                zone=properties.get("timeZone", ""),
                tabs=tuple(self._tab(sheet) for sheet in answer.get("sheets", ())),
                imports_allowed=bool(properties.get("importFunctionsExternalUrlAccessAllowed")),
            )

    def _tab(self, sheet: Mapping[str, Any]) -> TabInventory:
        properties = sheet["properties"]
        grid = properties.get("gridProperties", {})
        on_tab = marks_on(sheet)
        on_columns = column_marks_on(sheet, self._column_key)
        return TabInventory(
            sheet_id=properties.get("sheetId", 0),
            title=properties.get("title", ""),
            row_count=grid.get("rowCount", 0),
            column_count=grid.get("columnCount", 0),
            metadata={mark.key: mark.value for mark in on_tab.believed},
            metadata_ids={mark.key: mark.id for mark in on_tab.believed},
            columns={mark.column: mark.value for mark in on_columns.believed},
            merges=tuple(_merge(item) for item in sheet.get("merges", ())),
            protections=tuple(sheet.get("protectedRanges", ())),
            conditional_formats=tuple(sheet.get("conditionalFormats", ())),
            charts=tuple(chart["chartId"] for chart in sheet.get("charts", ())),
            stray_marks=(*on_tab.stray, *on_columns.stray),
            is_hidden=bool(properties.get("hidden")),
            is_right_to_left=bool(properties.get("rightToLeft")),
            frozen=(grid.get("frozenRowCount", 0), grid.get("frozenColumnCount", 0)),
            has_filter="basicFilter" in sheet,
            numbers=dict(_numbers(sheet)),
            column_mark_ids={mark.column: mark.id for mark in on_columns.believed},
        )

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

    def watch(self, spreadsheet_id: str, wish: ChannelWish) -> Watched:
        """Ask to be told of every change of a file. One Drive call."""
        url = f"{DRIVE_FILES_URL}/{spreadsheet_id}/watch"
        answer = _read(self._http.request("post", url, params={"supportsAllDrives": True}, json=wish.body))
        return _granted(answer, wish)

    def watch_changes(self, page_token: str, wish: ChannelWish) -> Watched:
        """Ask to be told when any file this identity sees changes. One Drive call."""
        params = {"pageToken": page_token} | ALL_CHANGES
        answer = _read(self._http.request("post", f"{DRIVE_CHANGES_URL}/watch", params=params, json=wish.body))
        return _granted(answer, wish)

    def start_page_token(self) -> str:
        """Return where the changes to come begin. One Drive call."""
        url = f"{DRIVE_CHANGES_URL}/startPageToken"
        answer = _read(self._http.request("get", url, params={"supportsAllDrives": True}))
        return _page_token(answer, "startPageToken")

    def changes(self, page_token: str) -> ChangesPage:
        """Return which files changed since a page token, and those gone from our sight. One Drive call."""
        fields = "nextPageToken,newStartPageToken,changes(fileId)"
        params = {"pageToken": page_token, "pageSize": CHANGES_A_PAGE, "fields": fields} | ALL_CHANGES
        answer = _read(self._http.request("get", DRIVE_CHANGES_URL, params=params))
        is_last = isinstance(answer, dict) and "nextPageToken" not in answer
        next_token = _page_token(answer, "newStartPageToken" if is_last else "nextPageToken")
        if not is_last and next_token == page_token:
            raise SheetsRefusedError(message("sheets.changes_endless"))
        changes = answer.get("changes")
        told = [change for change in changes if isinstance(change, dict)] if isinstance(changes, list) else []
        return ChangesPage(frozenset(str(change.get("fileId", "")) for change in told) - {""}, next_token, is_last)

    def stop(self, channel_id: str, resource_id: str) -> None:
        """Ask not to be told any more. One Drive call."""
        self._http.request("post", DRIVE_CHANNELS_STOP_URL, json={"id": channel_id, "resourceId": resource_id})

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


def _numbers(sheet: Mapping[str, Any]) -> Iterator[tuple[tuple[int, int], float]]:
    for data in sheet.get("data", ()):
        top, left = data.get("startRow", 0), data.get("startColumn", 0)
        for row, line in enumerate(data.get("rowData", ()), start=top):
            held = [cell.get("effectiveValue") for cell in line.get("values", ())]
            for column, value in enumerate(held, start=left) if any(held) else ():
                number = value.get("numberValue") if value else None
                if number is not None:
                    yield (row, column), number


@contextmanager
def shaped() -> Iterator[None]:
    """Raise SheetsRefusedError where an answer is JSON, and not in the API's form."""
    try:
        yield
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise SheetsRefusedError(message("sheets.misshapen")) from error


def request_size(requests: Iterable[Request]) -> int:
    """Return about how many bytes requests are on the wire."""
    return sum(len(json_bytes(request)) for request in requests)


def _read(response: requests.Response) -> Any:  # noqa: ANN401 – what the server said, whatever it is
    try:
        return response.json()
    except ValueError:
        raise SheetsUnavailableError(message("sheets.answer_cut_off")) from None


def _granted(answer: Any, wish: ChannelWish) -> Watched:  # noqa: ANN401 – what the server said, whatever it is
    resource_id = answer.get("resourceId") if isinstance(answer, dict) else None
    if not isinstance(resource_id, str) or not resource_id:
        raise SheetsRefusedError(message("sheets.watching_unreadable"))
    granted = str(answer.get("expiration", ""))
    readable = granted.isascii() and granted.isdecimal() and len(granted) <= LONGEST_MILLISECONDS
    milliseconds = int(granted if readable else wish.body["expiration"])
    return Watched(resource_id, datetime.fromtimestamp(milliseconds / 1000, UTC))


def _page_token(answer: Any, name: str) -> str:  # noqa: ANN401 – as above
    token = answer.get(name) if isinstance(answer, dict) else None
    if not isinstance(token, str) or not token:
        raise SheetsRefusedError(message("sheets.changes_unreadable"))
    return token


def packed(pieces: Iterable[T], weight: Callable[[T], int], limit: int = BYTES_PER_REQUEST) -> Iterator[list[T]]:
    """Join pieces, in their order, into batches of at most a number of bytes; none is cut, an empty one is left out."""
    batch: list[T] = []
    size = 0
    for piece in pieces:
        heavy = weight(piece)
        if batch and size + heavy > limit:
            yield batch
            batch, size = [], 0
        batch += [piece] if heavy else []
        size += heavy
    if batch:
        yield batch


def _merge(item: Mapping[str, int]) -> Merge:
    return Merge(
        start_row=item.get("startRowIndex", 0),
        end_row=item.get("endRowIndex", 0),
        start_column=item.get("startColumnIndex", 0),
        end_column=item.get("endColumnIndex", 0),
    )


def chunks(tabs: Sequence[TabInventory], limit: int = CELLS_PER_READ) -> Iterator[list[TabInventory]]:
    """Yield tabs in batches of at most a number of cells; one above that goes alone."""
    chunk: list[TabInventory] = []
    cells = 0
    for tab in tabs:
        rows, columns = tab.read_size
        size = rows * columns
        if chunk and cells + size > limit:
            yield chunk
            chunk, cells = [], 0
        chunk.append(tab)
        cells += size
    if chunk:
        yield chunk
