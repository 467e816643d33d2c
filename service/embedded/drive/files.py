"""Drive's files methods: create, list, get, update, delete, copy, export."""

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from service.embedded.api_errors import ApiError, Json, bad_request, file_forbidden, no_storage
from service.embedded.book import copying
from service.embedded.book.sheet_properties import sheet_props
from service.embedded.contract import masks
from service.embedded.drive import export_formats, file_search
from service.embedded.drive.file_resource import (
    BINNING_ROLES,
    KEPT_KEYS,
    REMOVING_ROLES,
    SHARING_KEYS,
    knows_drives,
    may_copy,
    may_share,
    opened,
    require_role,
    shown,
)
from service.embedded.sheets_api import spreadsheets
from service.embedded.sheets_api.call import Answer, Call, Raw
from service.embedded.storage import file_records, outbox, shared_drives
from service.embedded.storage.callers import FileRole
from service.embedded.storage.file_records import DriveFile

BASIC = ("kind", "id", "name", "mimeType")
MOST_A_PAGE = 1000


def _answer(call: Call, file: DriveFile) -> Json:
    given = call.query.get("fields")
    tree = masks.for_answer("drive", "File", given) if given else {name: {} for name in BASIC}
    picked: Json = masks.pick(tree, shown(call, file))
    return picked


def create(call: Call) -> Json:
    """Answer files.create."""
    body = call.body
    mime = body.get("mimeType", "application/octet-stream")
    if mime not in (file_records.SPREADSHEET, file_records.FOLDER):
        raise bad_request("The embedded server keeps spreadsheets and folders only.")
    doc = _placed(call, body.get("parents")) | {key: body[key] for key in KEPT_KEYS if key in body}
    file = file_records.create(call.connection, call.caller.email, body.get("name") or "Untitled", mime, call.now, doc)
    if mime == file_records.SPREADSHEET:
        book = spreadsheets.new_book(call, file, dict(spreadsheets.DEFAULT_PROPERTIES))
        book.add_sheet(sheet_props({}, "Sheet1", 0, 0))
        book.flush()
    return _answer(call, file)


def _placed(call: Call, given: list[str] | None) -> Json:
    """Return the place of a new file, or raise the 403 where the caller would own it but can own no file."""
    drives = {_drive_of(call, parent) for parent in given or ["root"]}
    if len(drives) > 1:
        raise ApiError(400, "A shared drive item must have exactly one parent.", reason="teamDrivesParentLimit")
    placed: Json = {"parents": list(given or ["root"])}
    drive = drives.pop()
    if drive:
        return placed | {"driveId": drive}
    if not call.caller.can_own:
        raise no_storage()
    return placed


def _drive_of(call: Call, parent: str) -> str:
    """Return the shared drive a folder is, or is in; "" for one's own; the 404 or 403 where nothing may be put."""
    if parent == "root":
        return ""
    found = shared_drives.opened(call.connection, parent, call.caller) if knows_drives(call) else None
    if found is None:
        return opened(call, FileRole.WRITER, parent).drive
    if found[1] < FileRole.WRITER:
        raise file_forbidden()
    return found[0].id


def list_files(call: Call) -> Json:
    """Answer files.list."""
    tree = masks.for_answer("drive", "FileList", call.query.get("fields"))
    viewer = file_search.Viewer(call.caller.email, lambda file: file_records.roles(call.connection, file.key))
    test = file_search.test_of(call.query.get("q", ""), viewer)
    found = [
        file for file in file_records.visible_to(call.connection, call.caller) if _is_asked(call, file) and test(file)
    ]
    _sort(call, found, call.query.get("orderBy", ""))
    size = _page_size(call.query.get("pageSize", "100"))
    start = _offset(call.query.get("pageToken"))
    page = found[start : start + size]
    below = masks.of_listed(call.query.get("fields"), tree, "files", BASIC)
    answer: Json = {"kind": "drive#fileList", "incompleteSearch": False}
    if start + size < len(found):
        answer["nextPageToken"] = base64.urlsafe_b64encode(str(start + size).encode()).decode()
    answer["files"] = [masks.pick(below, shown(call, file)) for file in page]
    picked: Json = masks.pick(tree, answer)
    return picked


def _is_asked(call: Call, file: DriveFile) -> bool:
    """Return True if a listing covers a file; files in shared drives are listed on request only."""
    wanted = call.query.get("driveId", "")
    if wanted and call.query.get("corpora") != "drive":
        raise ApiError(400, "The driveId parameter needs corpora=drive.", reason="invalid")
    if wanted:
        return bool(file.drive == wanted)
    return not file.drive or (knows_drives(call) and call.query.get("includeItemsFromAllDrives", "").lower() == "true")


def _natural(file: DriveFile) -> list[tuple[int, int, str]]:
    """Return the place of a name among others, its numbers in the order of their value."""
    parts = re.findall(r"(\d{1,300})|(\D+)", file.name.casefold()[:1000])
    return [(0, int(digits), "") if digits else (1, 0, text) for digits, text in parts]


_ORDERS: dict[str, Callable[[DriveFile], Any]] = {
    "name": lambda file: file.name.casefold(),
    "name_natural": _natural,
    "createdTime": lambda file: file.created,
    "modifiedTime": lambda file: file.modified,
    "recency": lambda file: file.modified,
    "folder": lambda file: file.mime != file_records.FOLDER,
    "starred": lambda file: not file.doc.get("starred"),
    # this server counts no bytes and does not keep who has viewed what: such orders leave the list as it is
    "quotaBytesUsed": lambda _file: 0,
    "sharedWithMeTime": lambda _file: 0,
    "viewedByMeTime": lambda _file: 0,
}
MOST_ORDERS = 20


def _sort(call: Call, found: list[DriveFile], order: str) -> None:
    parts = [part.split() for part in order.split(",") if part.strip()]
    if len(parts) > MOST_ORDERS:
        raise file_search.invalid()
    orders = _ORDERS | {"modifiedByMeTime": lambda file: _modified_by(call.caller.email, file)}
    for part in reversed(parts):
        if part[0] not in orders or part[1:] not in ([], ["desc"]):
            raise file_search.invalid()
        found.sort(key=orders[part[0]], reverse=part[1:] == ["desc"])


def _modified_by(email: str, file: DriveFile) -> str:
    return file.modified if file.doc.get("lastModifyingUser", file.owner) == email else ""


def _page_size(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text[:9]) <= MOST_A_PAGE:
        raise ApiError(
            400, f"Invalid value '{text}'. Values must be within the range: [1, 1000]", reason="invalidParameter"
        )
    return int(text)


def _offset(token: str | None) -> int:
    if not token:
        return 0
    try:
        return int(base64.urlsafe_b64decode(token.encode()).decode()[:12])
    except (ValueError, binascii.Error) as error:
        raise file_search.invalid() from error


def get(call: Call) -> Json:
    """Answer files.get."""
    return _answer(call, opened(call, FileRole.READER))


def update(call: Call) -> Json:
    """Answer files.update: the fields given, and parents added and removed by the query."""
    file = opened(call, FileRole.WRITER)
    body = call.body
    was_trashed, was_in = file.trashed, file.doc.get("parents")
    if "name" in body:
        file.name = body["name"]
    if "trashed" in body:
        require_role(call, file, BINNING_ROLES)
        file.trashed = bool(body["trashed"])
    if any(key in body for key in SHARING_KEYS) and not may_share(call, file):
        raise file_forbidden()
    for key in KEPT_KEYS:
        if key in body:
            _set(file, key, body[key])
    _move(call, file)
    changed = [outbox.PROPERTIES] if file.doc.get("parents") == was_in else [outbox.PROPERTIES, outbox.PARENTS]
    file_records.touch(call.connection, file, call.now, call.caller.email, changed)
    if file.trashed != was_trashed:
        outbox.note(call.connection, file.id, call.now, state=outbox.TRASH if file.trashed else outbox.UNTRASH)
    return _answer(call, file)


def _set(file: DriveFile, key: str, value: object) -> None:
    if key in ("appProperties", "properties") and isinstance(value, dict):
        merged = file.doc.get(key, {}) | value
        file.doc[key] = {name: text for name, text in merged.items() if text is not None}
    else:
        file.doc[key] = value


def _move(call: Call, file: DriveFile) -> None:
    parents = file.doc.get("parents", ["root"])
    removed = [one for one in call.query.get("removeParents", "").split(",") if one]
    added = [one for one in call.query.get("addParents", "").split(",") if one]
    if removed or added:
        if any(_drive_of(call, parent) != file.drive for parent in added):
            raise bad_request("The embedded server moves no file into or out of a shared drive.")
        file.doc["parents"] = [one for one in parents if one not in removed + added] + added


def delete(call: Call) -> Answer:
    """Answer files.delete."""
    file = opened(call, FileRole.WRITER)
    require_role(call, file, REMOVING_ROLES)
    file_records.delete(call.connection, file, call.now)
    return None


def copy(call: Call) -> Json:
    """Answer files.copy: tabs, cells, protections and metadata; the copy belongs to the caller."""
    source_file = opened(call, FileRole.READER)
    if source_file.mime != file_records.SPREADSHEET:
        raise bad_request("The embedded server copies spreadsheets only.")
    if not may_copy(call, source_file):
        raise ApiError(403, "This file cannot be copied by the user.", reason="cannotCopyFile")
    body = call.body
    name = body.get("name") or f"Copy of {source_file.name}"
    doc = {
        key: value for key, value in source_file.doc.items() if key in ("appProperties", "properties", "description")
    }
    doc |= {key: body[key] for key in KEPT_KEYS if key in body}
    doc |= _placed(call, body.get("parents") or source_file.doc.get("parents"))
    source = call.book(FileRole.READER, source_file.id)
    file = file_records.create(call.connection, call.caller.email, name, source_file.mime, call.now, doc)
    target = spreadsheets.new_book(call, file, dict(source.props))
    copying.copy_book(source, target)
    target.flush()
    return _answer(call, file)


def export(call: Call) -> Raw:
    """Answer files.export: the first tab as CSV or TSV, the whole file in the other forms."""
    answer = _exported(call, call.args[0], call.query.get("mimeType", ""))
    # the address of a page names a file and its letters; this method names the form alone
    return replace(answer, content_type=answer.content_type.partition(";")[0], filename="")


def export_page(call: Call) -> Raw:
    """Answer the address from which browsers and clients download: format and gid name the form and the tab."""
    wanted = call.query.get("format") or call.query.get("exportFormat") or "xlsx"
    mime = export_formats.MIME_OF_FORMAT.get(wanted)
    if mime is None:
        raise ApiError(400, f"The format is not supported: {wanted}", reason="badRequest")
    gid = call.query.get("gid", "")
    if gid and not (gid.isdecimal() and len(gid) < 11):
        raise ApiError(400, f"Invalid gid: {gid}", reason="invalidParameter")
    return _exported(call, call.args[0] if call.args else call.query.get("id", ""), mime, int(gid) if gid else None)


def _exported(call: Call, file_id: str, wanted: str, tab: int | None = None) -> Raw:
    file = opened(call, FileRole.READER, file_id, in_any_drive=True)
    if not may_copy(call, file):
        raise ApiError(403, "This file cannot be downloaded by the user.", reason="cannotDownloadFile")
    if not wanted:
        raise ApiError(400, "Required parameter: mimeType", reason="required")
    if file.mime != file_records.SPREADSHEET:
        raise ApiError(403, "Export only supports Docs Editors files.", reason="fileNotExportable")
    book = call.book(FileRole.READER, file.id)
    name = export_formats.filename(book, wanted, tab)
    return replace(export_formats.export(book, wanted, tab), filename=name)
