"""Files as Drive knows them: id, name, owner, times, version, and who may open them."""

import hashlib
import json
import secrets
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from service.embedded import json_text
from service.embedded.api_errors import Json, bad_request
from service.embedded.storage import changelog, outbox
from service.embedded.storage.callers import Caller, FileRole, is_meant, role_on

SPREADSHEET = "application/vnd.google-apps.spreadsheet"
FOLDER = "application/vnd.google-apps.folder"
COALESCED_SECONDS = 180  # Google passes a spreadsheet's edits on to Drive about so often
LONGEST_NAME, LONGEST_RECORD = 5_000, 300_000  # characters; comments are part of the record
_COLUMNS = "key, id, name, mime, owner, created, modified, version, trashed, doc"


@dataclass(slots=True)
class DriveFile:
    """A file's own record; doc holds what Drive keeps beside it."""

    key: int
    id: str
    name: str
    mime: str
    owner: str
    created: str
    modified: str
    version: int
    trashed: bool
    doc: Json

    @property
    def found_by(self) -> list[str]:
        """Return the ids of the permissions of a domain or of anyone that let the file be found without its link."""
        listed: list[str] = self.doc.get("foundBy", [])
        return listed

    @property
    def drive(self) -> str:
        """Return the shared drive it is in, or ""."""
        return str(self.doc.get("driveId", ""))

    @classmethod
    def from_row(cls, row: tuple[int, str, str, str, str, str, str, int, int, str]) -> "DriveFile":
        """Return the record of a stored row."""
        return cls(*row[:8], trashed=bool(row[8]), doc=json_text.loaded(row[9]))


def instant(now: datetime) -> str:
    """Return an instant as Drive writes it."""
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{now.microsecond // 1000:03d}Z"


def new_id() -> str:
    """Return an id of the length Google's have."""
    return "1" + secrets.token_urlsafe(32)[:43]


def permission_id(kind: str, address: str) -> str:
    """Return the id of a permission, the same for the same address on every file."""
    if kind == "anyone":
        return "anyoneWithLink"
    digest = hashlib.sha256(f"{kind}:{address}".encode()).hexdigest()
    return f"{int(digest[:16], 16):020d}" + ("k" if kind == "domain" else "")


def check_record(name: str, doc: Json) -> None:
    """Raise the 400 for a name or properties that would be a burden to every listing."""
    if len(name) > LONGEST_NAME:
        raise bad_request(f"The name of a file may have at most {LONGEST_NAME} characters.")
    if len(json.dumps(doc)) > LONGEST_RECORD:
        raise bad_request("The properties of the file are too large.")


def create(connection: sqlite3.Connection, owner: str, name: str, mime: str, now: datetime, doc: Json) -> DriveFile:
    """Write a new file made by an address and return its record; in a shared drive (doc's driveId) it has no owner."""
    drive = doc.get("driveId", "")
    if drive:
        doc["lastModifyingUser"], owner = owner, ""
    check_record(name, doc)
    stamp = instant(now)
    file_id = new_id()
    cursor = connection.execute(
        "INSERT INTO file (id, name, mime, owner, created, modified, version, trashed, doc) "
        "VALUES (?, ?, ?, ?, ?, ?, 1, 0, ?)",
        (file_id, name, mime, owner, stamp, stamp, json_text.dumped(doc)),
    )
    key = int(cursor.lastrowid or 0)
    if drive:
        connection.execute("INSERT INTO drive_file (file, drive) VALUES (?, ?)", (key, drive))
    else:
        grant(connection, key, "user", owner, "owner")
    changelog.record(connection, key, file_id, stamp, now)
    return DriveFile(key, file_id, name, mime, owner, stamp, stamp, 1, trashed=False, doc=doc)


def find(connection: sqlite3.Connection, file_id: str) -> DriveFile | None:
    """Return a file, or None."""
    row = connection.execute(f"SELECT {_COLUMNS} FROM file WHERE id = ?", (file_id,)).fetchone()  # noqa: S608 - constant
    return DriveFile.from_row(row) if row else None


def visible_to(connection: sqlite3.Connection, identity: Caller) -> list[DriveFile]:
    """Return every file an identity may open, the one changed last first."""
    addresses = [identity.email, identity.domain, *identity.groups]
    marks = ", ".join("?" * len(addresses))
    sql = (
        f"SELECT {_COLUMNS} FROM file WHERE key IN "  # noqa: S608 - constants and question marks
        f"(SELECT file FROM permission WHERE type = 'anyone' OR address IN ({marks}) UNION "
        f"SELECT f.file FROM drive_file f JOIN member m ON m.drive = f.drive WHERE m.address IN ({marks})) "
        "ORDER BY modified DESC, key DESC"
    )
    files = [DriveFile.from_row(row) for row in connection.execute(sql, addresses * 2)]
    return [file for file in files if is_listed(connection, file, identity)]


def is_listed(connection: sqlite3.Connection, file: DriveFile, identity: Caller) -> bool:
    """Return True if a file is among an identity's: what is shared by link alone is opened, but not found."""
    sql = "SELECT id, type, address FROM permission WHERE file = ?"
    for number, kind, address in connection.execute(sql, (file.key,)):
        if (kind in ("user", "group") or number in file.found_by) and is_meant(identity, kind, address):
            return True
    return bool(file.drive) and role_on(connection, file.key, identity) >= FileRole.READER


def roles(connection: sqlite3.Connection, key: int) -> dict[str, str]:
    """Return the role each address was given on a file."""
    rows = connection.execute("SELECT address, role FROM permission WHERE file = ? AND type != 'anyone'", (key,))
    return dict(rows.fetchall())


def save(connection: sqlite3.Connection, file: DriveFile) -> None:
    """Write a file's record."""
    check_record(file.name, file.doc)
    connection.execute(
        "UPDATE file SET name = ?, owner = ?, modified = ?, version = ?, trashed = ?, doc = ? WHERE key = ?",
        (
            file.name,
            file.owner,
            file.modified,
            file.version,
            int(file.trashed),
            json_text.dumped(file.doc),
            file.key,
        ),
    )


def touch(
    connection: sqlite3.Connection,
    file: DriveFile,
    now: datetime,
    email: str,
    changed: Iterable[str] = (outbox.CONTENT,),
) -> None:
    """Count a change of the file: a later version, modified at this instant by this address; notify its watchers.

    Every change of what a file holds passes here, inside its transaction.
    """
    file.version += 1
    if _turn(datetime.fromisoformat(file.modified)) < _turn(now):
        file.doc["passedOn"] = file.modified
    file.modified = instant(now)
    file.doc["lastModifyingUser"] = email
    save(connection, file)
    notify_watchers(connection, file, now, changed)


def notify_watchers(connection: sqlite3.Connection, file: DriveFile, now: datetime, changed: Iterable[str]) -> None:
    """Write down for all watchers, of the file and of everything, that it changed."""
    outbox.note(connection, file.id, now, changed)
    changelog.record(connection, file.key, file.id, instant(now), now)


def passed_on(file: DriveFile, now: datetime) -> str:
    """Return the modified time Google's Drive would know of by now: that of the last edit passed on to it."""
    if _turn(datetime.fromisoformat(file.modified)) < _turn(now):
        return file.modified
    passed: str = file.doc.get("passedOn", file.created)
    return passed


def _turn(at: datetime) -> int:
    return int(at.timestamp()) // COALESCED_SECONDS


_HELD = (
    "SELECT type, address FROM permission WHERE file = ?1 UNION "
    "SELECT m.type, m.address FROM drive_file f JOIN member m ON m.drive = f.drive WHERE f.file = ?1"
)


def delete(connection: sqlite3.Connection, file: DriveFile, now: datetime) -> None:
    """Remove a file with everything in it; notify its watchers."""
    held = connection.execute(_HELD, (file.key,)).fetchall()
    changelog.forget(connection, file.id)
    changelog.lose(connection, file.id, held, instant(now), now)
    outbox.note(connection, file.id, now, state=outbox.REMOVE)
    connection.execute("DELETE FROM line WHERE book = ?", (file.key,))
    connection.execute("DELETE FROM file WHERE key = ?", (file.key,))


def grant(connection: sqlite3.Connection, key: int, kind: str, address: str, role: str) -> str:
    """Give an address a role on a file and return the permission's id."""
    identifier = permission_id(kind, address)
    connection.execute(
        "INSERT OR REPLACE INTO permission (file, id, type, address, role) VALUES (?, ?, ?, ?, ?)",
        (key, identifier, kind, address, role),
    )
    return identifier
