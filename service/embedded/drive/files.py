"""Drive's files methods: create, list, get, update, delete, copy, export."""

import base64
import binascii

from service.embedded import copying, files, masks, outbox, spreadsheets
from service.embedded.access import Role, role_on
from service.embedded.call import Answer, Call, Raw
from service.embedded.drive import exports, permissions, queries
from service.embedded.errors import ApiError, Json, bad_request, file_forbidden, file_not_found
from service.embedded.files import File
from service.embedded.sheet_properties import sheet_props

BASIC = ("kind", "id", "name", "mimeType")
MOST_A_PAGE = 1000
_KEPT = ("description", "starred", "appProperties", "properties", "writersCanShare", "copyRequiresWriterPermission")


def opened(call: Call, role: Role, file_id: str | None = None) -> File:
    """Return a file the caller may use in a role, or raise Drive's 404 or 403."""
    wanted = file_id or call.args[0]
    file = files.find(call.connection, wanted)
    held = role_on(call.connection, file.key, call.caller) if file is not None else Role.NONE
    if file is None or held == Role.NONE:
        raise file_not_found(wanted)
    if held < role:
        raise file_forbidden()
    return file


def shown(call: Call, file: File) -> Json:
    """Return a file with every field this server knows."""
    owner: Json = {"kind": "drive#user", "displayName": file.owner, "emailAddress": file.owner}
    owner["me"] = file.owner == call.caller.email
    role = role_on(call.connection, file.key, call.caller)
    listed = permissions.of_file(call.connection, file)
    fields: Json = {
        "kind": "drive#file",
        "id": file.id,
        "name": file.name,
        "mimeType": file.mime,
        "createdTime": file.created,
        "modifiedTime": files.passed_on(file, call.now) if call.lags else file.modified,
        "version": str(file.version),
        "trashed": file.trashed,
        "starred": bool(file.doc.get("starred")),
        "parents": file.doc.get("parents", ["root"]),
        "owners": [owner],
        "ownedByMe": owner["me"],
        "shared": len(listed) > 1,
        "spaces": ["drive"],
        "webViewLink": f"https://docs.google.com/spreadsheets/d/{file.id}/edit",
        "capabilities": {"canEdit": role >= Role.WRITER, "canDelete": role >= Role.OWNER, "canCopy": True},
        "lastModifyingUser": {"kind": "drive#user", "emailAddress": file.doc.get("lastModifyingUser", file.owner)},
    }
    if role >= Role.WRITER:
        fields |= {"permissions": listed, "permissionIds": [entry["id"] for entry in listed]}
    return fields | {key: file.doc[key] for key in _KEPT if key in file.doc and key != "starred"}


def _answer(call: Call, file: File) -> Json:
    given = call.query.get("fields")
    tree = masks.for_answer("drive", "File", given) if given else {name: {} for name in BASIC}
    picked: Json = masks.pick(tree, shown(call, file))
    return picked


def create(call: Call) -> Json:
    """Answer files.create."""
    body = call.body
    mime = body.get("mimeType", "application/octet-stream")
    if mime not in (files.SPREADSHEET, files.FOLDER):
        raise bad_request("The embedded server keeps spreadsheets and folders only.")
    doc = {"parents": _parents(call, body.get("parents"))} | {key: body[key] for key in _KEPT if key in body}
    file = files.create(call.connection, call.caller.email, body.get("name") or "Untitled", mime, call.now, doc)
    if mime == files.SPREADSHEET:
        book = spreadsheets.new_book(call, file, dict(spreadsheets.DEFAULT_PROPERTIES))
        book.add_sheet(sheet_props({}, "Sheet1", 0, 0))
        book.flush()
    return _answer(call, file)


def _parents(call: Call, given: list[str] | None) -> list[str]:
    for parent in given or []:
        if parent != "root":
            opened(call, Role.WRITER, parent)
    return list(given or ["root"])


def list_files(call: Call) -> Json:
    """Answer files.list."""
    tree = masks.for_answer("drive", "FileList", call.query.get("fields"))
    viewer = queries.Viewer(call.caller.email, lambda file: files.roles(call.connection, file.key))
    test = queries.test_of(call.query.get("q", ""), viewer)
    found = [file for file in files.visible_to(call.connection, call.caller) if test(file)]
    _sort(found, call.query.get("orderBy", ""))
    size = _page_size(call.query.get("pageSize", "100"))
    start = _offset(call.query.get("pageToken"))
    page = found[start : start + size]
    below = masks.branch(tree, "files") or {name: {} for name in BASIC}
    answer: Json = {"kind": "drive#fileList", "incompleteSearch": False}
    if start + size < len(found):
        answer["nextPageToken"] = base64.urlsafe_b64encode(str(start + size).encode()).decode()
    answer["files"] = [masks.pick(below, shown(call, file)) for file in page]
    picked: Json = masks.pick(tree, answer)
    return picked


_ORDERS = {
    "name": lambda file: file.name.casefold(),
    "name_natural": lambda file: file.name.casefold(),
    "createdTime": lambda file: file.created,
    "modifiedTime": lambda file: file.modified,
    "folder": lambda file: file.mime != files.FOLDER,
    "starred": lambda file: not file.doc.get("starred"),
}


def _sort(found: list[File], order: str) -> None:
    for part in reversed([part.split() for part in order.split(",") if part.strip()]):
        if part[0] not in _ORDERS or part[1:] not in ([], ["desc"]):
            raise queries.invalid()
        found.sort(key=_ORDERS[part[0]], reverse=part[1:] == ["desc"])


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
        raise queries.invalid() from error


def get(call: Call) -> Json:
    """Answer files.get."""
    return _answer(call, opened(call, Role.READER))


def update(call: Call) -> Json:
    """Answer files.update: the fields given, and parents added and removed by the query."""
    file = opened(call, Role.WRITER)
    body = call.body
    was_trashed, was_in = file.trashed, file.doc.get("parents")
    if "name" in body:
        file.name = body["name"]
    if "trashed" in body:
        opened(call, Role.OWNER)
        file.trashed = bool(body["trashed"])
    for key in _KEPT:
        if key in body:
            _set(file, key, body[key])
    _move(call, file)
    changed = [outbox.PROPERTIES] if file.doc.get("parents") == was_in else [outbox.PROPERTIES, outbox.PARENTS]
    files.touch(call.connection, file, call.now, call.caller.email, changed)
    if file.trashed != was_trashed:
        outbox.note(call.connection, file.id, call.now, state=outbox.TRASH if file.trashed else outbox.UNTRASH)
    return _answer(call, file)


def _set(file: File, key: str, value: object) -> None:
    if key in ("appProperties", "properties") and isinstance(value, dict):
        merged = file.doc.get(key, {}) | value
        file.doc[key] = {name: text for name, text in merged.items() if text is not None}
    else:
        file.doc[key] = value


def _move(call: Call, file: File) -> None:
    parents = file.doc.get("parents", ["root"])
    removed = [one for one in call.query.get("removeParents", "").split(",") if one]
    added = [one for one in call.query.get("addParents", "").split(",") if one]
    if removed or added:
        _parents(call, added)
        file.doc["parents"] = [one for one in parents if one not in removed + added] + added


def delete(call: Call) -> Answer:
    """Answer files.delete."""
    file = opened(call, Role.OWNER)
    files.delete(call.connection, file, call.now)
    return None


def copy(call: Call) -> Json:
    """Answer files.copy: tabs, cells, protections and metadata; the copy belongs to the caller."""
    source_file = opened(call, Role.READER)
    if source_file.mime != files.SPREADSHEET:
        raise bad_request("The embedded server copies spreadsheets only.")
    body = call.body
    name = body.get("name") or f"Copy of {source_file.name}"
    doc = {
        key: value for key, value in source_file.doc.items() if key in ("appProperties", "properties", "description")
    }
    doc |= {key: body[key] for key in _KEPT if key in body}
    doc["parents"] = _parents(call, body.get("parents") or source_file.doc.get("parents"))
    source = call.book(Role.READER, source_file.id)
    file = files.create(call.connection, call.caller.email, name, source_file.mime, call.now, doc)
    target = spreadsheets.new_book(call, file, dict(source.props))
    copying.copy_book(source, target)
    target.flush()
    return _answer(call, file)


def export(call: Call) -> Raw:
    """Answer files.export: the first tab as CSV or TSV, the whole file as xlsx."""
    file = opened(call, Role.READER)
    wanted = call.query.get("mimeType", "")
    if not wanted:
        raise ApiError(400, "Required parameter: mimeType", reason="required")
    if file.mime != files.SPREADSHEET:
        raise ApiError(403, "Export only supports Docs Editors files.", reason="fileNotExportable")
    return exports.export(call.book(Role.READER, file.id), wanted)
