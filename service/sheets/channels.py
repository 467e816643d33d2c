"""Channels of Drive: to be told of changes, and to ask which files changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from service.errors import SheetsRefusedError, SheetsUnavailableError
from service.sheets.api_addresses import DRIVE_CHANGES_URL, DRIVE_CHANNELS_STOP_URL, DRIVE_FILES_URL
from sheets_schema.wording import message

if TYPE_CHECKING:
    import requests

    from service.sheets.http import BoundedHTTPClient
    from service.sheets.verbs import Sheets
CHANGES_A_PAGE = 1000
LONGEST_MILLISECONDS = 14  # digits of an instant, until the year 5138
ALL_CHANGES = {"includeRemoved": True, "supportsAllDrives": True, "includeItemsFromAllDrives": True}


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


def watch(sheets: Sheets, spreadsheet_id: str, wish: ChannelWish) -> Watched:
    """Ask to be told of every change of a file. One Drive call."""
    url = f"{DRIVE_FILES_URL}/{spreadsheet_id}/watch"
    answer = _read(_http(sheets).request("post", url, params={"supportsAllDrives": True}, json=wish.body))
    return _granted(answer, wish)


def watch_changes(sheets: Sheets, page_token: str, wish: ChannelWish) -> Watched:
    """Ask to be told when any file this identity sees changes. One Drive call."""
    params = {"pageToken": page_token} | ALL_CHANGES
    answer = _read(_http(sheets).request("post", f"{DRIVE_CHANGES_URL}/watch", params=params, json=wish.body))
    return _granted(answer, wish)


def start_page_token(sheets: Sheets) -> str:
    """Return where the changes to come begin. One Drive call."""
    url = f"{DRIVE_CHANGES_URL}/startPageToken"
    answer = _read(_http(sheets).request("get", url, params={"supportsAllDrives": True}))
    return _page_token(answer, "startPageToken")


def changes(sheets: Sheets, page_token: str) -> ChangesPage:
    """Return which files changed since a page token, and those gone from our sight. One Drive call."""
    fields = "nextPageToken,newStartPageToken,changes(fileId)"
    params = {"pageToken": page_token, "pageSize": CHANGES_A_PAGE, "fields": fields} | ALL_CHANGES
    answer = _read(_http(sheets).request("get", DRIVE_CHANGES_URL, params=params))
    is_last = isinstance(answer, dict) and "nextPageToken" not in answer
    next_token = _page_token(answer, "newStartPageToken" if is_last else "nextPageToken")
    if not is_last and next_token == page_token:
        raise SheetsRefusedError(message("sheets.changes_endless"))
    changes = answer.get("changes")
    told = [change for change in changes if isinstance(change, dict)] if isinstance(changes, list) else []
    return ChangesPage(frozenset(str(change.get("fileId", "")) for change in told) - {""}, next_token, is_last)


def stop(sheets: Sheets, channel_id: str, resource_id: str) -> None:
    """Ask not to be told any more. One Drive call."""
    _http(sheets).request("post", DRIVE_CHANNELS_STOP_URL, json={"id": channel_id, "resourceId": resource_id})


def _http(sheets: Sheets) -> BoundedHTTPClient:
    return cast("BoundedHTTPClient", sheets.client.http_client)


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
