"""Drive's permissions methods: who may open a file, and how."""

from service.embedded.api_errors import ApiError, Json, file_forbidden
from service.embedded.contract import masks
from service.embedded.drive import file_resource
from service.embedded.drive.sharing import of_file, permission_resource, shown_on
from service.embedded.sheets_api.call import Answer, Call
from service.embedded.storage import changelog, file_records, outbox
from service.embedded.storage.callers import ROLE_OF_NAME, FileRole
from service.embedded.storage.file_records import DriveFile

_TYPES = ("user", "group", "domain", "anyone")
_DEFAULT = ("kind", "id", "type", "role")
LONGEST_ADDRESS = 320  # characters: what an e-mail address may have


def _shareable(call: Call) -> DriveFile:
    """Return a file whose permissions the caller may change."""
    file = file_resource.opened(call, FileRole.WRITER)
    if not file_resource.may_share(call, file):
        raise file_forbidden()
    return file


def _answer(call: Call, permission: Json) -> Json:
    given = call.query.get("fields")
    tree = masks.for_answer("drive", "Permission", given) if given else {name: {} for name in _DEFAULT}
    picked: Json = masks.pick(tree, permission)
    return picked


def _wrong(message: str, reason: str = "invalid") -> ApiError:
    return ApiError(400, message, reason=reason)


def _find(call: Call, file: DriveFile) -> Json:
    wanted = call.args[1]
    for permission in of_file(call.connection, file):
        if permission["id"] == wanted:
            return permission
    raise ApiError(404, f"Permission not found: {wanted}.")


def list_permissions(call: Call) -> Json:
    """Answer permissions.list."""
    tree = masks.for_answer("drive", "PermissionList", call.query.get("fields"))
    file = file_resource.opened(call, FileRole.WRITER)
    below = masks.of_listed(call.query.get("fields"), tree, "permissions", _DEFAULT)
    listed = [masks.pick(below, permission) for permission in of_file(call.connection, file)]
    picked: Json = masks.pick(tree, {"kind": "drive#permissionList", "permissions": listed})
    return picked


def get(call: Call) -> Json:
    """Answer permissions.get."""
    return _answer(call, _find(call, file_resource.opened(call, FileRole.WRITER)))


def create(call: Call) -> Json:
    """Answer permissions.create; sharing again with the same address changes its role."""
    file = _shareable(call)
    kind, role = call.body.get("type"), call.body.get("role")
    if kind not in _TYPES:
        raise _wrong("The permission type field is required.", "required")
    if role not in ROLE_OF_NAME:
        raise _wrong("The permission role field is required.", "required")
    address = _address(call.body, kind)
    if role == "owner" and file.drive:
        raise ApiError(403, "Files in a shared drive have no owner.", reason="forbidden")
    if role == "owner" and address == file.owner:
        return _answer(call, permission_resource(file_records.permission_id(kind, address), kind, address, role))
    if role == "owner":
        return _answer(call, _hand_over(call, file, kind, address))
    if kind in ("user", "group") and address == file.owner:
        raise ApiError(403, "The owner's role cannot be changed.", reason="forbidden")
    number = file_records.grant(call.connection, file.key, kind, address, role)
    if kind in ("domain", "anyone"):
        _set_found_by(file, number, is_found=bool(call.body.get("allowFileDiscovery")))
    _note(call, file)
    return _answer(call, shown_on(file, permission_resource(number, kind, address, role)))


def _set_found_by(file: DriveFile, number: str, *, is_found: bool) -> None:
    kept = [one for one in file.found_by if one != number]
    file.doc["foundBy"] = [*kept, number] if is_found else kept


def _note(call: Call, file: DriveFile) -> None:
    """Sharing is a change of the file, but not of what is in it."""
    file.version += 1
    file_records.save(call.connection, file)
    file_records.notify_watchers(call.connection, file, call.now, [outbox.PERMISSIONS])


def _address(body: Json, kind: str) -> str:
    if kind == "anyone":
        return ""
    address: str = body.get("domain" if kind == "domain" else "emailAddress", "").strip().lower()
    if not address or len(address) > LONGEST_ADDRESS or (kind != "domain" and ("@" not in address or " " in address)):
        raise _wrong("The specified emailAddress is invalid or not applicable for the given permission type.")
    return address


def _hand_over(call: Call, file: DriveFile, kind: str, address: str) -> Json:
    if file.doc.get("pendingOwner") != call.caller.email or address != call.caller.email:
        file_resource.opened(call, FileRole.OWNER)
    if kind != "user" or call.query.get("transferOwnership", "").lower() != "true":
        raise ApiError(
            403,
            "The transferOwnership parameter must be enabled when the permission role is 'owner'.",
            reason="forbidden",
        )
    file_records.grant(call.connection, file.key, "user", file.owner, "writer")
    file_records.grant(call.connection, file.key, "user", address, "owner")
    file.owner = address
    file.doc.pop("pendingOwner", None)
    _note(call, file)
    return permission_resource(file_records.permission_id("user", address), "user", address, "owner")


def update(call: Call) -> Json:
    """Answer permissions.update: another role."""
    file = _shareable(call)
    permission = _find(call, file)
    role: str = call.body.get("role") or permission["role"]
    if role not in ROLE_OF_NAME:
        raise _wrong("The permission role field is required.", "required")
    kind: str = permission["type"]
    address: str = permission.get("emailAddress") or permission.get("domain") or ""
    if call.body.get("pendingOwner"):
        file_resource.opened(call, FileRole.OWNER)
        file.doc["pendingOwner"] = address
        _note(call, file)
        return _answer(call, permission | {"pendingOwner": True})
    if role == "owner" and permission["role"] != "owner":
        return _answer(call, _hand_over(call, file, kind, address))
    if permission["role"] == "owner" and role != "owner":
        raise ApiError(403, "The owner's role cannot be changed.", reason="forbidden")
    file_records.grant(call.connection, file.key, kind, address, role)
    _note(call, file)
    return _answer(call, permission | {"role": role})


def delete(call: Call) -> Answer:
    """Answer permissions.delete."""
    file = file_resource.opened(call, FileRole.READER)
    permission = _find(call, file)
    if permission.get("emailAddress") != call.caller.email:
        _shareable(call)
    if permission["role"] == "owner":
        raise ApiError(403, "The owner of a file cannot be removed.", reason="forbidden")
    call.connection.execute("DELETE FROM permission WHERE file = ? AND id = ?", (file.key, permission["id"]))
    _set_found_by(file, permission["id"], is_found=False)
    address = permission.get("emailAddress") or permission.get("domain") or ""
    meant = [(permission["type"], address)]
    changelog.lose(call.connection, file.id, meant, file_records.instant(call.now), call.now)
    _note(call, file)
    return None
