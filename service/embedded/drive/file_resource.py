"""A file as Drive shows it, and what the caller may do with it."""

from service.embedded.api_errors import Json, file_forbidden, file_not_found
from service.embedded.drive import export_formats, sharing
from service.embedded.sheets_api.call import Call
from service.embedded.storage import file_records
from service.embedded.storage.callers import FileRole, role_names_on, role_on
from service.embedded.storage.file_records import DriveFile

# what only those may change who may also share
SHARING_KEYS = ("writersCanShare", "copyRequiresWriterPermission")


KEPT_KEYS = ("description", "starred", "appProperties", "properties", *SHARING_KEYS)


BINNING_ROLES = frozenset({"owner", "organizer", "fileOrganizer"})


REMOVING_ROLES = frozenset({"owner", "organizer"})


def opened(call: Call, role: FileRole, file_id: str | None = None, *, in_any_drive: bool = False) -> DriveFile:
    """Return a file the caller may use in a role, or raise Drive's 404 or 403.

    A file in a shared drive is found only by calls with supportsAllDrives. `in_any_drive` marks the methods that have
    no such parameter.
    """
    wanted = call.args[0] if file_id is None else file_id
    file = file_records.find(call.connection, wanted)
    held = role_on(call.connection, file.key, call.caller) if file is not None else FileRole.NONE
    if file is None or held == FileRole.NONE or (file.drive and not in_any_drive and not knows_drives(call)):
        raise file_not_found(wanted)
    if held < role:
        raise file_forbidden()
    return file


def knows_drives(call: Call) -> bool:
    """Return True if a call supports shared drives."""
    return bool(call.query.get("supportsAllDrives", "").lower() == "true")


def may_share(call: Call, file: DriveFile) -> bool:
    """Return True if the caller may change who may open a file."""
    held = role_on(call.connection, file.key, call.caller)
    return held == FileRole.OWNER or (
        held == FileRole.WRITER and (bool(file.drive) or file.doc.get("writersCanShare", True))
    )


def may_copy(call: Call, file: DriveFile) -> bool:
    """Return True if the caller may copy a file and take it away."""
    held = role_on(call.connection, file.key, call.caller)
    return held >= FileRole.WRITER or not file.doc.get("copyRequiresWriterPermission")


def require_role(call: Call, file: DriveFile, names: frozenset[str]) -> None:
    """Raise ApiError where the caller holds none of the roles."""
    if not names & role_names_on(call.connection, file.key, call.caller):
        raise file_forbidden()


def shown(call: Call, file: DriveFile) -> Json:
    """Return a file with every field this server knows."""
    role = role_on(call.connection, file.key, call.caller)
    listed = sharing.of_file(call.connection, file)
    fields: Json = {
        "kind": "drive#file",
        "id": file.id,
        "name": file.name,
        "mimeType": file.mime,
        "createdTime": file.created,
        "modifiedTime": file_records.passed_on(file, call.now) if call.lags else file.modified,
        "version": str(file.version),
        "trashed": file.trashed,
        "starred": bool(file.doc.get("starred")),
        "parents": file.doc.get("parents", ["root"]),
        "shared": bool(file.drive) or len(listed) > 1,
        "spaces": ["drive"],
        "explicitlyTrashed": file.trashed,
        "webViewLink": f"https://docs.google.com/spreadsheets/d/{file.id}/edit?usp=drivesdk",
        "iconLink": f"https://drive-thirdparty.googleusercontent.com/16/type/{file.mime}",
        "capabilities": _capabilities(call, file),
        "lastModifyingUser": _user(call, file.doc.get("lastModifyingUser", file.owner)),
    }
    if file.mime == file_records.SPREADSHEET:
        fields |= {"exportLinks": export_formats.links(file.id), "size": "1024", "quotaBytesUsed": "1024"}
    if file.drive:
        fields |= {"driveId": file.drive}
    else:
        owner = _user(call, file.owner)
        fields |= {"owners": [owner], "ownedByMe": owner["me"]}
        fields |= {"writersCanShare": file.doc.get("writersCanShare", True)}
    fields["copyRequiresWriterPermission"] = bool(file.doc.get("copyRequiresWriterPermission"))
    fields["viewersCanCopyContent"] = not fields["copyRequiresWriterPermission"]
    if role >= FileRole.WRITER:
        fields["permissionIds"] = [entry["id"] for entry in listed]
    if role >= FileRole.WRITER and not file.drive:
        fields["permissions"] = listed
    return fields | {
        key: file.doc[key] for key in KEPT_KEYS if key in file.doc and key not in ("starred", *SHARING_KEYS)
    }


def _user(call: Call, email: str) -> Json:
    return {
        "kind": "drive#user",
        "displayName": email,
        "me": email == call.caller.email,
        "permissionId": file_records.permission_id("user", email),
        "emailAddress": email,
    }


def _capabilities(call: Call, file: DriveFile) -> Json:
    held = role_on(call.connection, file.key, call.caller)
    names = role_names_on(call.connection, file.key, call.caller)
    return {
        "canEdit": held >= FileRole.WRITER,
        "canShare": may_share(call, file),
        "canCopy": may_copy(call, file),
        "canDownload": may_copy(call, file),
        "canTrash": bool(names & BINNING_ROLES),
        "canDelete": bool(names & REMOVING_ROLES),
    }
