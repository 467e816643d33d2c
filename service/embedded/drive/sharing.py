"""A file's permissions as Drive shows them."""

import sqlite3

from service.embedded.api_errors import Json
from service.embedded.storage import file_records, shared_drives
from service.embedded.storage.file_records import DriveFile


def of_file(connection: sqlite3.Connection, file: DriveFile) -> list[Json]:
    """Return a file's permissions, the owner's first; in a shared drive its members' before those of the file."""
    sql = "SELECT id, type, address, role FROM permission WHERE file = ? ORDER BY role != 'owner', id"
    own = [shown_on(file, permission_resource(*row)) for row in connection.execute(sql, (file.key,))]
    if not file.drive:
        return own
    members = [
        permission_resource(file_records.permission_id(kind, address), kind, address, role) | {"permissionDetails": [
            {"permissionType": "member", "role": role, "inherited": True, "inheritedFrom": file.drive}]}
        for kind, address, role in shared_drives.members_of(connection, file.drive)
    ]  # fmt: skip
    inherited = {member["id"] for member in members}
    return members + [entry for entry in own if entry["id"] not in inherited]


def permission_resource(identifier: str, kind: str, address: str, role: str) -> Json:
    """Return a permission as Drive shows it."""
    shown: Json = {"kind": "drive#permission", "id": identifier, "type": kind, "role": role}
    if kind in ("user", "group"):
        shown |= {"emailAddress": address, "displayName": address.partition("@")[0], "deleted": False}
    if kind == "user":
        shown["pendingOwner"] = False
    if kind == "domain":
        shown |= {"domain": address, "displayName": address}
    if kind in ("domain", "anyone"):
        shown["allowFileDiscovery"] = False
    return shown


def shown_on(file: DriveFile, permission: Json) -> Json:
    """Return a permission with whether it lets the file be found without its link."""
    is_found = permission["id"] in file.found_by
    return permission | {"allowFileDiscovery": True} if is_found else permission
