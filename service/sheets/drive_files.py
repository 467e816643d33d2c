"""What Drive knows of a spreadsheet's file, and changes there: who may open it, by what it is found."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from service.errors import SheetsError, SheetsMissingError
from service.sheets.answer_shape import check_shape
from service.sheets.api_addresses import DRIVE_FILES_URL
from service.sheets.retrying import RefusedAnswerError, resending
from service.sheets.verbs import SPREADSHEET_MIME, FileState, Sheets, shaped

if TYPE_CHECKING:
    from service.sheets.http import BoundedHTTPClient

FACTS_FIELDS = (
    "id,name,mimeType,trashed,driveId,ownedByMe,writersCanShare,copyRequiresWriterPermission,"
    "capabilities(canEdit,canShare),appProperties"
)
PERMISSION_FIELDS = "nextPageToken,permissions(id,type,emailAddress,domain,role,permissionDetails(inherited))"
WRITING_ROLES = frozenset({"owner", "organizer", "fileOrganizer", "writer"})
EVERYWHERE = {"supportsAllDrives": True}


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file as Drive shows it to us."""

    id: str
    name: str
    state: FileState = FileState.THERE
    is_spreadsheet: bool = True
    drive: str = ""  # the shared drive it is in
    is_ours: bool = True  # we own it
    may_edit: bool = True
    may_share: bool = True
    writers_can_share: bool = True
    copying_off: bool = False
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Permission:
    """Who may do what with a file."""

    id: str
    kind: str  # user, group, domain, anyone
    address: str  # "" for anyone
    role: str
    inherited: bool = False  # from the shared drive the file is in

    @property
    def writes(self) -> bool:
        """Return True if it allows writing."""
        return self.role in WRITING_ROLES


def facts_of(sheets: Sheets, spreadsheet_id: str) -> FileFacts:
    """Return what Drive knows of a file; one that is gone or not shared with us is MISSING. One Drive call."""
    params = {"fields": FACTS_FIELDS, **EVERYWHERE}
    try:
        answer = _answer(sheets, _url(spreadsheet_id), params)
    except SheetsMissingError:
        return FileFacts(spreadsheet_id, "", FileState.MISSING, is_ours=False, may_edit=False, may_share=False)
    told = answer.get("capabilities")
    can = told if isinstance(told, Mapping) else {}
    return FileFacts(
        id=spreadsheet_id,
        name=str(answer.get("name", "")),
        state=FileState.BINNED if answer.get("trashed") else FileState.THERE,
        is_spreadsheet=answer.get("mimeType") == SPREADSHEET_MIME,
        drive=str(answer.get("driveId", "")),
        is_ours=bool(answer.get("ownedByMe")),
        may_edit=bool(can.get("canEdit")),
        may_share=bool(can.get("canShare")),
        writers_can_share=bool(answer.get("writersCanShare")),
        copying_off=bool(answer.get("copyRequiresWriterPermission")),
        properties=dict(answer.get("appProperties", {})),
    )


def permissions_of(sheets: Sheets, spreadsheet_id: str) -> tuple[Permission, ...]:
    """Return who may do what with a file. One Drive call for each hundred."""
    params: dict[str, Any] = {"fields": PERMISSION_FIELDS, "pageSize": 100, **EVERYWHERE}
    found: list[Permission] = []
    while True:
        answer = _answer(sheets, f"{_url(spreadsheet_id)}/permissions", params)
        found += [_permission(item) for item in answer.get("permissions", ())]
        if not answer.get("nextPageToken"):
            return tuple(found)
        params["pageToken"] = answer["nextPageToken"]


def _permission(item: Mapping[str, Any]) -> Permission:
    address = str(item.get("emailAddress") or item.get("domain") or "").lower()
    inherited = any(one.get("inherited") for one in item.get("permissionDetails", ()))
    return Permission(str(item.get("id", "")), str(item.get("type", "")), address, str(item.get("role", "")), inherited)


def share(sheets: Sheets, spreadsheet_id: str, kind: str, address: str, role: str) -> None:
    """Give a user or a group a role on a file, without mail. One Drive call; again with another role changes it."""
    params = {"sendNotificationEmail": False, **EVERYWHERE}
    body = {"type": kind, "role": role, "emailAddress": address}
    # the same address has one permission on a file, however often it is given
    with resending(allowed=True):
        _http(sheets).request("post", f"{_url(spreadsheet_id)}/permissions", params=params, json=body)


def unshare(sheets: Sheets, spreadsheet_id: str, permission_id: str) -> None:
    """Take a permission back; one that is gone already is no failure."""
    url = f"{_url(spreadsheet_id)}/permissions/{permission_id}"
    with suppress(SheetsMissingError), resending(allowed=True):
        _http(sheets).request("delete", url, params=EVERYWHERE)


def keep_writers_from_sharing(sheets: Sheets, spreadsheet_id: str) -> None:
    """Let only the owner say who may open a file."""
    _update(sheets, spreadsheet_id, {"writersCanShare": False})


def keep_readers_from_copying(sheets: Sheets, spreadsheet_id: str) -> None:
    """Let readers look at a file, and neither copy nor print nor download it."""
    _update(sheets, spreadsheet_id, {"copyRequiresWriterPermission": True})


def mark(sheets: Sheets, spreadsheet_id: str, properties: Mapping[str, str | None]) -> None:
    """Set appProperties, by which a file is found again; None takes one away."""
    _update(sheets, spreadsheet_id, {"appProperties": dict(properties)})


def _update(sheets: Sheets, spreadsheet_id: str, body: Mapping[str, Any]) -> None:
    with resending(allowed=True):
        _http(sheets).request("patch", _url(spreadsheet_id), params={"fields": "id", **EVERYWHERE}, json=dict(body))


def lacks_storage(error: SheetsError) -> bool:
    """Return True if a file was refused because its maker can own none: by Drive's reason, never by its words."""
    cause = error.__cause__
    return isinstance(cause, RefusedAnswerError) and "storageQuotaExceeded" in cause.reasons


def _answer(sheets: Sheets, url: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
    answer = _http(sheets).answer("get", url, params=params)
    with shaped():
        check_shape(answer)
    return answer


def _url(spreadsheet_id: str) -> str:
    return f"{DRIVE_FILES_URL}/{spreadsheet_id}"


def _http(sheets: Sheets) -> BoundedHTTPClient:
    return cast("BoundedHTTPClient", sheets.client.http_client)
