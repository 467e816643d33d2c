"""Bearer tokens, each for one address, kept as hashes; groups, and which addresses are service accounts."""

import hashlib
import secrets
import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from service.embedded.storage.sqlite_store import writing_to


def issue_token(data_dir: Path, email: str, clock: Callable[[], datetime], *, project: str = "") -> str:
    """Return a new token for an address; it is shown this once and cannot be read back.

    A token belongs to a developer project, and its holder sees that project's metadata of visibility PROJECT.
    Without a given project it is one of the address itself.
    """
    token = secrets.token_urlsafe(32)
    with writing_to(data_dir) as connection:
        row = (hash_of(token), email.strip().lower(), clock().isoformat())
        connection.execute("INSERT INTO token (hash, email, issued) VALUES (?, ?, ?)", row)
        if project:
            connection.execute("INSERT INTO token_project (hash, project) VALUES (?, ?)", (hash_of(token), project))
    return token


def forget_token(data_dir: Path, token: str) -> None:
    """Revoke a token: its holder is unauthenticated from now on."""
    with writing_to(data_dir) as connection:
        connection.execute("DELETE FROM token WHERE hash = ?", (hash_of(token),))


def add_to_group(data_dir: Path, group: str, email: str) -> None:
    """Make an address a member of a group, so that what is shared with the group is shared with it."""
    with writing_to(data_dir) as connection:
        row = (group.strip().lower(), email.strip().lower())
        connection.execute("INSERT OR IGNORE INTO membership (grp, email) VALUES (?, ?)", row)


def mark_service_account(data_dir: Path, email: str) -> None:
    """Make an address a service account's: it has no storage, and can own no file."""
    with writing_to(data_dir) as connection:
        row = (email.strip().lower(),)
        connection.execute("INSERT OR IGNORE INTO service_account (email) VALUES (?)", row)


def is_service_account(connection: sqlite3.Connection, email: str) -> bool:
    """Return True if an address is a service account's."""
    return connection.execute("SELECT 1 FROM service_account WHERE email = ?", (email,)).fetchone() is not None


def hash_of(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def holder_of(connection: sqlite3.Connection, token: str) -> tuple[str, str] | None:
    """Return the address and the project of a token, or None."""
    sql = "SELECT email, coalesce(project, email) FROM token LEFT JOIN token_project USING (hash) WHERE hash = ?"
    found: tuple[str, str] | None = connection.execute(sql, (hash_of(token),)).fetchone()
    return found


def groups_of(connection: sqlite3.Connection, email: str) -> frozenset[str]:
    """Return the groups an address is in."""
    rows = connection.execute("SELECT grp FROM membership WHERE email = ?", (email,))
    return frozenset(row[0] for row in rows)
