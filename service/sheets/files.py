"""What Drive says of us and of a spreadsheet's file: our address, our rights, who may read, what its clock shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, cast

import gspread
from gspread.urls import DRIVE_FILES_API_V3_URL

from service.errors import SheetsMissingError, SheetsRefusedError
from service.sheets.http import BoundedHTTPClient

DRIVE_ABOUT_URL = "https://www.googleapis.com/drive/v3/about"
STATE_FIELDS = "name,trashed,driveId,writersCanShare,copyRequiresWriterPermission,capabilities"
PERMISSION_FIELDS = "nextPageToken,permissions(id,type,emailAddress,domain,role)"


@dataclass(frozen=True, slots=True)
class FileRights:
    """A spreadsheet's file as we see it in Drive."""

    name: str
    binned: bool
    can_edit: bool
    on_shared_drive: bool
    writers_can_share: bool
    copying_off: bool


@dataclass(frozen=True, slots=True)
class Sharing:
    """One line of who may do what with a file."""

    kind: str  # user, group, domain, anyone
    address: str
    role: str


def own_address(client: gspread.Client) -> str:
    """Return the address Drive knows us by. One Drive call."""
    try:
        user = _answer(client, DRIVE_ABOUT_URL, {"fields": "user(emailAddress)"}).get("user")
    except SheetsMissingError:
        # a server that knows no such question
        user = None
    address = user.get("emailAddress") if isinstance(user, Mapping) else ""
    if not address:
        raise SheetsRefusedError("Máy chủ không nói đang nhận ta bằng địa chỉ nào. Chạy tonghop doctor để xem khóa.")
    return str(address).lower()


def rights(client: gspread.Client, spreadsheet_id: str) -> FileRights:
    """Return what we may do with a file; SheetsMissingError when it is gone or not shared. One Drive call."""
    params = {"fields": STATE_FIELDS, "supportsAllDrives": True}
    answer = _answer(client, f"{DRIVE_FILES_API_V3_URL}/{spreadsheet_id}", params)
    capabilities = answer.get("capabilities")
    return FileRights(
        name=str(answer.get("name", "")),
        binned=bool(answer.get("trashed")),
        can_edit=bool(capabilities.get("canEdit")) if isinstance(capabilities, Mapping) else False,
        on_shared_drive=bool(answer.get("driveId")),
        writers_can_share=bool(answer.get("writersCanShare", True)),
        copying_off=bool(answer.get("copyRequiresWriterPermission")),
    )


def sharings(client: gspread.Client, spreadsheet_id: str) -> tuple[Sharing, ...]:
    """Return who may do what with a file. One Drive call for each hundred."""
    params: dict[str, Any] = {"fields": PERMISSION_FIELDS, "pageSize": 100, "supportsAllDrives": True}
    found: list[Sharing] = []
    while True:
        answer = _answer(client, f"{DRIVE_FILES_API_V3_URL}/{spreadsheet_id}/permissions", params)
        found += [
            Sharing(str(item.get("type", "")), str(item.get("emailAddress") or item.get("domain") or ""), item["role"])
            for item in answer.get("permissions", ())
            if item.get("role")
        ]
        if not answer.get("nextPageToken"):
            return tuple(found)
        params["pageToken"] = answer["nextPageToken"]


def server_time(client: gspread.Client) -> datetime | None:
    """Return the server's clock as the Date of an answer shows it, in whole seconds; None when it shows none."""
    params = {"pageSize": 1, "fields": "files(id)"}
    response = _http(client).request("get", DRIVE_FILES_API_V3_URL, params=params)
    try:
        at = parsedate_to_datetime(response.headers.get("Date", ""))
    except ValueError:
        return None
    return at if at.tzinfo else None


def _answer(client: gspread.Client, url: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
    return _http(client).answer("get", url, params=params)


def _http(client: gspread.Client) -> BoundedHTTPClient:
    return cast("BoundedHTTPClient", client.http_client)
