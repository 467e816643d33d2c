"""The few verbs the service has for spreadsheets: find, create, inventory, read, apply, watch, share."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar, cast

import gspread
from gspread.urls import DRIVE_FILES_API_V3_URL, SPREADSHEET_BATCH_UPDATE_URL, SPREADSHEET_URL

from service.errors import IncompleteReadError, SheetsMissingError, SheetsRefusedError
from service.sheets.http import BoundedHTTPClient, Meter, resending
from sheets_schema.grid import Grid, Merge

Request = Mapping[str, Any]
T = TypeVar("T")

DRIVE_CHANNELS_STOP_URL = "https://www.googleapis.com/drive/v3/channels/stop"
SPREADSHEET_MIME = "application/vnd.google-apps.spreadsheet"
# one inventory is one read: tabs, their metadata, columns, protections and merges, no cells
INVENTORY_FIELDS = (
    "properties(title,locale,timeZone),developerMetadata(metadataKey,metadataValue),sheets("
    "properties(sheetId,title,index,hidden,gridProperties(rowCount,columnCount)),"
    "developerMetadata(metadataId,metadataKey,metadataValue),merges,conditionalFormats,"
    "charts(chartId),basicFilter(range),"
    "protectedRanges(protectedRangeId,range,description,editors(users),warningOnly),"
    "data(columnMetadata(developerMetadata(metadataKey,metadataValue))))"
)
# Google recommends 2 MB a request; a cell of a form is about this many bytes on the wire
BYTES_PER_REQUEST = 2_000_000
CELLS_PER_READ = 400_000


@dataclass(frozen=True, slots=True)
class TabInventory:
    """What the inventory says of one tab."""

    sheet_id: int
    title: str
    row_count: int
    column_count: int
    metadata: Mapping[str, str]
    metadata_ids: Mapping[str, int]
    columns: Mapping[int, str]  # zero-based index → the column key in its metadata
    merges: tuple[Merge, ...]
    protections: tuple[Mapping[str, Any], ...]
    conditional_formats: int
    charts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Watched:
    """What the server grants who asks to be told of changes."""

    resource_id: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Inventory:
    """What one masked `get` says of a spreadsheet."""

    spreadsheet_id: str
    title: str
    locale: str
    zone: str
    tabs: tuple[TabInventory, ...]

    def tab(self, sheet_id: int) -> TabInventory | None:
        """Return the tab with this id, or None."""
        return next((tab for tab in self.tabs if tab.sheet_id == sheet_id), None)


class FileState(StrEnum):
    """Where a spreadsheet is."""

    THERE = "there"
    BINNED = "binned"  # in Drive's bin, from where it may come back
    MISSING = "missing"  # deleted, or not shared with us


@dataclass(frozen=True, slots=True)
class Editor:
    """Somebody who may write a file, by which permission."""

    permission_id: str
    role: str


class Sheets:
    """Spreadsheets as the service uses them, over one identity."""

    def __init__(self, client: gspread.Client, column_key: str) -> None:
        self._http = cast("BoundedHTTPClient", client.http_client)
        self._column_key = column_key

    @property
    def meter(self) -> Meter:
        """What the calls have cost so far."""
        return self._http.meter

    def find(self, properties: Mapping[str, str]) -> tuple[tuple[str, Mapping[str, str]], ...]:
        """Return id and appProperties of the spreadsheets that carry these properties, oldest first."""
        terms = [f"appProperties has {{ key='{key}' and value='{value}' }}" for key, value in properties.items()]
        query = " and ".join([f"mimeType='{SPREADSHEET_MIME}'", "trashed=false", *terms])
        params = {
            "q": query,
            "orderBy": "createdTime",
            "pageSize": 100,
            "fields": "files(id,appProperties)",
            "supportsAllDrives": True,
            "includeItemsFromAllDrives": True,
        }
        answer = self._http.answer("get", DRIVE_FILES_API_V3_URL, params=params)
        return tuple((item["id"], item.get("appProperties", {})) for item in answer.get("files", ()))

    def create(self, title: str, properties: Mapping[str, str]) -> str:
        """Create a spreadsheet that can be found by its appProperties from its first moment; return its id."""
        body = {"name": title, "mimeType": SPREADSHEET_MIME, "appProperties": dict(properties)}
        params = {"fields": "id", "supportsAllDrives": True}
        answer = self._http.answer("post", DRIVE_FILES_API_V3_URL, params=params, json=body)
        if not answer.get("id"):
            raise SheetsRefusedError("Dịch vụ bảng tính trả lời yêu cầu lập bảng tính mới bằng thứ không đọc được.")
        return str(answer["id"])

    def inventory(self, spreadsheet_id: str) -> Inventory:
        """Return what a spreadsheet holds beside its cells. One read."""
        answer = self._http.answer("get", SPREADSHEET_URL % spreadsheet_id, params={"fields": INVENTORY_FIELDS})
        properties = answer.get("properties", {})
        return Inventory(
            spreadsheet_id=spreadsheet_id,
            title=properties.get("title", ""),
            locale=properties.get("locale", ""),
            zone=properties.get("timeZone", ""),
            tabs=tuple(self._tab(sheet) for sheet in answer.get("sheets", ())),
        )

    def _tab(self, sheet: Mapping[str, Any]) -> TabInventory:
        properties = sheet["properties"]
        grid = properties.get("gridProperties", {})
        metadata = sheet.get("developerMetadata", ())
        return TabInventory(
            sheet_id=properties.get("sheetId", 0),
            title=properties.get("title", ""),
            row_count=grid.get("rowCount", 0),
            column_count=grid.get("columnCount", 0),
            metadata={item["metadataKey"]: item.get("metadataValue", "") for item in metadata},
            metadata_ids={item["metadataKey"]: item["metadataId"] for item in metadata},
            columns=dict(self._column_keys(sheet)),
            merges=tuple(_merge(item) for item in sheet.get("merges", ())),
            protections=tuple(sheet.get("protectedRanges", ())),
            conditional_formats=len(sheet.get("conditionalFormats", ())),
            charts=tuple(chart["chartId"] for chart in sheet.get("charts", ())),
        )

    def _column_keys(self, sheet: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
        for data in sheet.get("data", ()):
            start = data.get("startColumn", 0)
            for offset, column in enumerate(data.get("columnMetadata", ())):
                for item in column.get("developerMetadata", ()):
                    if item.get("metadataKey") == self._column_key:
                        yield start + offset, item.get("metadataValue", "")

    def look(self, spreadsheet_id: str, fields: str, sheet_id: int | None = None) -> Mapping[str, Any]:
        """Return the masked fields of a spreadsheet, or of one tab of it, in the API's own form. One read."""
        url, params = SPREADSHEET_URL % spreadsheet_id, {"fields": fields}
        if sheet_id is None:
            return self._http.answer("get", url, params=params)
        body = {"dataFilters": [{"gridRange": {"sheetId": sheet_id}}]}
        return self._http.answer("post", f"{url}:getByDataFilter", params=params, json=body)

    def read(self, spreadsheet_id: str, tabs: Sequence[TabInventory]) -> dict[int, Grid]:
        """Return the grid of each tab as people see it, by sheet id; raise IncompleteReadError when one is missing.

        One read, or one per so many cells when the tabs are large.
        """
        grids: dict[int, Grid] = {}
        for chunk in _chunks(tabs):
            filters = [{"gridRange": {"sheetId": tab.sheet_id}} for tab in chunk]
            body = {"dataFilters": filters, "valueRenderOption": "FORMATTED_VALUE", "majorDimension": "ROWS"}
            url = f"{SPREADSHEET_URL % spreadsheet_id}/values:batchGetByDataFilter"
            answer = self._http.answer("post", url, json=body)
            by_id = {tab.sheet_id: tab for tab in chunk}
            for match in answer.get("valueRanges", ()):
                # matched by the filter that is echoed: the order of answers is not promised
                for echoed in match.get("dataFilters", ()):
                    sheet_id = echoed.get("gridRange", {}).get("sheetId", 0)
                    if sheet_id in by_id:
                        rows = match.get("valueRange", {}).get("values", ())
                        cells = tuple(tuple(str(cell) for cell in row) for row in rows)
                        grids[sheet_id] = Grid(cells=cells, merges=by_id[sheet_id].merges)
        missing = [tab.title for tab in tabs if tab.sheet_id not in grids]
        if missing:
            raise IncompleteReadError(f"Không đọc được trang: {', '.join(missing)}.")
        return grids

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
        return list(answer.get("replies", ()))

    def apply_in_parts(self, spreadsheet_id: str, pieces: Iterable[Sequence[Request]]) -> int:
        """Apply pieces that need not land together, each of them whole; return how many writes that took.

        As many as fit into the size that Google recommends go in one write; a piece above it goes alone. Pieces must
        be fit to land twice: whoever was cut off in between begins again.
        """
        writes = 0
        for batch in packed(pieces, request_size):
            self.apply(spreadsheet_id, [request for piece in batch for request in piece])
            writes += 1
        return writes

    def modified_at(self, spreadsheet_id: str) -> datetime | None:
        """Return when anybody last changed the file, as Drive says (up to three minutes behind). One Drive call."""
        params = {"fields": "modifiedTime", "supportsAllDrives": True}
        answer = self._http.answer("get", f"{DRIVE_FILES_API_V3_URL}/{spreadsheet_id}", params=params)
        text = answer.get("modifiedTime", "")
        return datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None

    def watch(self, spreadsheet_id: str, channel_id: str, token: str, address: str, until: datetime) -> Watched:
        """Ask to be told of every change of a file at an address. One Drive call."""
        url = f"{DRIVE_FILES_API_V3_URL}/{spreadsheet_id}/watch"
        wanted = {
            "id": channel_id,
            "type": "web_hook",
            "address": address,
            "token": token,
            "expiration": str(int(until.timestamp() * 1000)),
        }
        answer = self._http.answer("post", url, params={"supportsAllDrives": True}, json=wanted)
        if not answer.get("resourceId"):
            raise SheetsRefusedError("Dịch vụ bảng tính trả lời yêu cầu theo dõi bằng thứ không đọc được.")
        granted = str(answer.get("expiration", ""))
        milliseconds = int(granted if granted.isdecimal() else wanted["expiration"])
        return Watched(str(answer["resourceId"]), datetime.fromtimestamp(milliseconds / 1000, UTC))

    def stop(self, channel_id: str, resource_id: str) -> None:
        """Ask not to be told any more. One Drive call."""
        self._http.request("post", DRIVE_CHANNELS_STOP_URL, json={"id": channel_id, "resourceId": resource_id})

    def state(self, spreadsheet_id: str) -> FileState:
        """Tell whether a file is there: the Sheets API still answers for one in the bin. One Drive call."""
        params = {"fields": "trashed", "supportsAllDrives": True}
        try:
            answer = self._http.answer("get", f"{DRIVE_FILES_API_V3_URL}/{spreadsheet_id}", params=params)
        except SheetsMissingError:
            return FileState.MISSING
        return FileState.BINNED if answer.get("trashed") else FileState.THERE

    def editors(self, spreadsheet_id: str) -> dict[str, Editor]:
        """Return who may write the file, by address."""
        url = f"{DRIVE_FILES_API_V3_URL}/{spreadsheet_id}/permissions"
        fields = "nextPageToken,permissions(id,emailAddress,role)"
        params: dict[str, Any] = {"fields": fields, "pageSize": 100, "supportsAllDrives": True}
        editors: dict[str, Editor] = {}
        while True:
            answer = self._http.answer("get", url, params=params)
            editors |= {
                item.get("emailAddress", "").lower(): Editor(item.get("id", ""), item["role"])
                for item in answer.get("permissions", ())
                if item.get("role") in {"owner", "writer", "organizer", "fileOrganizer"}
            }
            if not answer.get("nextPageToken"):
                return editors
            params["pageToken"] = answer["nextPageToken"]

    def share(self, spreadsheet_id: str, email: str, role: str) -> None:
        """Give one address a role on the file, without mail."""
        url = f"{DRIVE_FILES_API_V3_URL}/{spreadsheet_id}/permissions"
        params = {"sendNotificationEmail": False, "supportsAllDrives": True}
        self._http.request("post", url, params=params, json={"type": "user", "role": role, "emailAddress": email})

    def unshare(self, spreadsheet_id: str, permission_id: str) -> None:
        """Take a permission back; one that is gone already is no failure."""
        url = f"{DRIVE_FILES_API_V3_URL}/{spreadsheet_id}/permissions/{permission_id}"
        with suppress(SheetsMissingError), resending(allowed=True):
            self._http.request("delete", url, params={"supportsAllDrives": True})


def request_size(requests: Iterable[Request]) -> int:
    """Return about how many bytes requests are on the wire."""
    return sum(len(json.dumps(request, ensure_ascii=True)) for request in requests)


def packed(pieces: Iterable[T], weight: Callable[[T], int], limit: int = BYTES_PER_REQUEST) -> Iterator[list[T]]:
    """Join pieces, in their order, into batches of at most so many bytes; none is cut, an empty one is left out."""
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


def _chunks(tabs: Sequence[TabInventory]) -> Iterator[list[TabInventory]]:
    chunk: list[TabInventory] = []
    cells = 0
    for tab in tabs:
        size = tab.row_count * tab.column_count
        if chunk and cells + size > CELLS_PER_READ:
            yield chunk
            chunk, cells = [], 0
        chunk.append(tab)
        cells += size
    if chunk:
        yield chunk
