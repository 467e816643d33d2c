"""Shared drives: their members and roles. Their files have no owner, and every member may open them."""

import secrets
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from service.embedded.storage.callers import ROLE_OF_NAME, Caller, FileRole
from service.embedded.storage.file_records import instant
from service.embedded.storage.sqlite_store import writing_to

MEMBER_ROLES = ("organizer", "fileOrganizer", "writer", "commenter", "reader")


@dataclass(frozen=True, slots=True)
class SharedDrive:
    """A shared drive as it is stored."""

    id: str
    name: str
    created: str


def create_drive(data_dir: Path, name: str, members: Mapping[str, str], clock: Callable[[], datetime]) -> str:
    """Make a shared drive with members (role by address) and return its id; ValueError for a role there is not."""
    for role in members.values():
        if role not in MEMBER_ROLES:
            raise ValueError(f"{role!r} is not one of {', '.join(MEMBER_ROLES)}")
    with writing_to(data_dir) as connection:
        drive = insert(connection, name, clock())
        for address, role in members.items():
            join(connection, drive.id, address.strip().lower(), role)
    return drive.id


def insert(connection: sqlite3.Connection, name: str, now: datetime) -> SharedDrive:
    """Write a new drive without members."""
    drive = SharedDrive(f"0A{secrets.token_urlsafe(12)}Uk9PVA", name, instant(now))
    row = (drive.id, drive.name, drive.created)
    connection.execute("INSERT INTO drive (id, name, created) VALUES (?, ?, ?)", row)
    return drive


def join(connection: sqlite3.Connection, drive_id: str, address: str, role: str) -> None:
    """Make an address a member, or give a member another role."""
    sql = "INSERT OR REPLACE INTO member (drive, type, address, role) VALUES (?, 'user', ?, ?)"
    connection.execute(sql, (drive_id, address, role))


def members_of(connection: sqlite3.Connection, drive_id: str) -> list[tuple[str, str, str]]:
    """Return type, address and role of every member."""
    sql = "SELECT type, address, role FROM member WHERE drive = ? ORDER BY address"
    return connection.execute(sql, (drive_id,)).fetchall()


def opened(connection: sqlite3.Connection, drive_id: str, caller: Caller) -> tuple[SharedDrive, FileRole] | None:
    """Return a drive the caller is a member of with the caller's role there, or None."""
    row = connection.execute("SELECT id, name, created FROM drive WHERE id = ?", (drive_id,)).fetchone()
    roles = [
        ROLE_OF_NAME[role]
        for _, address, role in members_of(connection, drive_id)
        if address == caller.email or address in caller.groups
    ]
    return (SharedDrive(*row), max(roles)) if row and roles else None


def of_member(connection: sqlite3.Connection, caller: Caller) -> list[SharedDrive]:
    """Return the drives the caller is a member of."""
    addresses = [caller.email, *caller.groups]
    marks = ", ".join("?" * len(addresses))
    sql = (
        "SELECT id, name, created FROM drive WHERE id IN "  # noqa: S608 - constants and question marks
        f"(SELECT drive FROM member WHERE address IN ({marks})) ORDER BY name, id"
    )
    return [SharedDrive(*row) for row in connection.execute(sql, addresses)]
