"""A file as Drive's older version 2 shows it: the answer to an upload."""

import hashlib

from service.embedded.api_errors import Json
from service.embedded.drive import export_formats, file_resource
from service.embedded.sheets_api.call import Call
from service.embedded.storage import file_records
from service.embedded.storage.callers import FileRole, role_on
from service.embedded.storage.file_records import DriveFile

_FILES = "https://www.googleapis.com/drive/v2/files"
_EDITOR = "https://docs.google.com/spreadsheets"
_ROLES = {FileRole.OWNER: "owner", FileRole.WRITER: "writer", FileRole.READER: "reader"}
NEVER = "1970-01-01T00:00:00.000Z"


def shown(call: Call, file: DriveFile) -> Json:
    """Return the whole record of a spreadsheet."""
    link, page = f"{_FILES}/{file.id}", f"{_EDITOR}/d/{file.id}"
    last = file.doc.get("lastModifyingUser", file.owner)
    role = _ROLES.get(role_on(call.connection, file.key, call.caller), "reader")
    return {
        "kind": "drive#file",
        "userPermission": {
            "id": "me", "type": "user", "role": role, "kind": "drive#permission",
            "selfLink": f"{link}/permissions/me", "etag": _etag(f"{file.id}:{role}"), "pendingOwner": False,
        },
        "selfLink": link,
        "ownerNames": [file.owner] if file.owner else [],
        "lastModifyingUserName": last,
        "editable": True,
        "writersCanShare": file.doc.get("writersCanShare", True),
        "mimeType": file.mime,
        "exportLinks": export_formats.links(file.id),
        "parents": [_parent(link, parent) for parent in file.doc.get("parents", ["root"])],
        "thumbnailLink": f"https://docs.google.com/feeds/vt?gd=true&id={file.id}&v={file.version}&sz=s220",
        "appDataContents": False,
        "iconLink": f"https://drive-thirdparty.googleusercontent.com/16/type/{file.mime}",
        "shared": file_resource.shown(call, file)["shared"],
        "lastModifyingUser": _user(call, last),
        "owners": [_user(call, file.owner)] if file.owner else [],
        "copyable": True,
        "etag": _etag(f"{file.id}:{file.version}"),
        "alternateLink": f"{page}/edit?usp=drivesdk",
        "embedLink": f"{page}/htmlembed",
        "fileSize": "1024",
        "copyRequiresWriterPermission": bool(file.doc.get("copyRequiresWriterPermission")),
        "spaces": ["drive"],
        "id": file.id,
        "title": file.name,
        "labels": {
            "viewed": True, "restricted": False, "starred": bool(file.doc.get("starred")), "hidden": False,
            "trashed": file.trashed,
        },
        "explicitlyTrashed": file.trashed,
        "createdDate": file.created,
        "modifiedDate": file.modified,
        "modifiedByMeDate": file.modified,
        "lastViewedByMeDate": file.modified,
        "markedViewedByMeDate": NEVER,
        "quotaBytesUsed": "1024",
        "version": str(file.version),
        "capabilities": {"canEdit": True, "canCopy": True},
    }  # fmt: skip


def _etag(text: str) -> str:
    return '"' + hashlib.sha256(text.encode()).hexdigest()[:27] + '"'


def _parent(link: str, parent: str) -> Json:
    return {
        "selfLink": f"{link}/parents/{parent}",
        "id": parent,
        "isRoot": parent == "root",
        "kind": "drive#parentReference",
        "parentLink": f"{_FILES}/{parent}",
    }


def _user(call: Call, email: str) -> Json:
    return {
        "displayName": email,
        "kind": "drive#user",
        "isAuthenticatedUser": email == call.caller.email,
        "permissionId": file_records.permission_id("user", email),
        "emailAddress": email,
        "picture": {"url": "https://lh3.googleusercontent.com/a/default-user=s64"},
    }
