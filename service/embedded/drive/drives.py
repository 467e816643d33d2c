"""Drive's drives methods, as far as files need a shared drive: create, get, list; and about, who is calling."""

from service.embedded.api_errors import ApiError, Json
from service.embedded.contract import masks
from service.embedded.sheets_api.call import Call
from service.embedded.storage import file_records, shared_drives
from service.embedded.storage.shared_drives import SharedDrive

_BASIC = ("kind", "id", "name")
ORGANIZER = "organizer"


def about(call: Call) -> Json:
    """Answer about.get: who is calling."""
    given = call.query.get("fields")
    if not given:
        raise ApiError(400, "The 'fields' parameter is required for this method.", reason="required")
    email = call.caller.email
    user: Json = {
        "kind": "drive#user",
        "displayName": email.partition("@")[0],
        "me": True,
        "permissionId": file_records.permission_id("user", email),
        "emailAddress": email,
    }
    whole: Json = {"kind": "drive#about", "user": user, "canCreateDrives": call.caller.can_own}
    picked: Json = masks.pick(masks.for_answer("drive", "About", given), whole)
    return picked


def create(call: Call) -> Json:
    """Answer drives.create; the maker of a shared drive is its organizer."""
    if not call.query.get("requestId"):
        raise ApiError(400, "Required parameter: requestId", reason="required")
    if not call.caller.can_own:
        raise ApiError(403, "The user does not have permission to create a shared drive.", reason="forbidden")
    name = call.body.get("name", "").strip()
    if not name:
        raise ApiError(400, "The name field is required.", reason="required")
    drive = shared_drives.insert(call.connection, name, call.now)
    shared_drives.join(call.connection, drive.id, call.caller.email, ORGANIZER)
    return _answer(call, drive)


def get(call: Call) -> Json:
    """Answer drives.get."""
    found = shared_drives.opened(call.connection, call.args[0], call.caller)
    if found is None:
        raise ApiError(404, f"Shared drive not found: {call.args[0]}")
    return _answer(call, found[0])


def list_drives(call: Call) -> Json:
    """Answer drives.list: those the caller is a member of, on one page."""
    tree = masks.for_answer("drive", "DriveList", call.query.get("fields"))
    below = masks.of_listed(call.query.get("fields"), tree, "drives", _BASIC)
    listed = [masks.pick(below, _shown(drive)) for drive in shared_drives.of_member(call.connection, call.caller)]
    picked: Json = masks.pick(tree, {"kind": "drive#driveList", "drives": listed})
    return picked


def _shown(drive: SharedDrive) -> Json:
    return {"kind": "drive#drive", "id": drive.id, "name": drive.name, "createdTime": drive.created}


def _answer(call: Call, drive: SharedDrive) -> Json:
    given = call.query.get("fields")
    tree = masks.for_answer("drive", "Drive", given) if given else {name: {} for name in _BASIC}
    picked: Json = masks.pick(tree, _shown(drive))
    return picked
