"""Messages for watchers: written in the transaction of the change, taken by lease, in any process.

Instants of the outbox (due, leased until) are the machine's, in milliseconds; a channel's expiry is the server's clock.
Where the machine's clock was set back, a lease or a wait further ahead than any is has run out.
"""

import secrets
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from service.embedded.storage.sqlite_store import SpreadsheetStore

SYNC, UPDATE, REMOVE, TRASH, UNTRASH = "sync", "update", "remove", "trash", "untrash"
CHANGE = "change"  # of a channel on everything one sees
CONTENT, PROPERTIES, PARENTS, PERMISSIONS = "content", "properties", "parents", "permissions"

FURTHEST = timedelta(minutes=10)  # no lease and no wait is longer
_IS_FREE = "(o.lease IS NULL OR o.leased_until NOT BETWEEN :now + 1 AND :furthest)"
_DUE = (
    "FROM outbox o JOIN channel c ON c.id = o.channel WHERE o.due NOT BETWEEN :now + 1 AND :furthest AND "  # noqa: S608 - constants
    f"{_IS_FREE} AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.channel = o.channel "
    "AND e.leased_until BETWEEN :now + 1 AND :furthest)"
)


def milliseconds(at: datetime) -> int:
    """Return an instant as the API writes a channel's expiry."""
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def resource_uri(file_id: str) -> str:
    """Return the address of a watched file."""
    return f"https://www.googleapis.com/drive/v3/files/{file_id}?alt=json"


def changes_uri(page: str) -> str:
    """Return the address of what comes after a page token."""
    return f"https://www.googleapis.com/drive/v3/changes?pageToken={page}&alt=json"


def note(
    connection: sqlite3.Connection, file_id: str, now: datetime, changed: Iterable[str] = (), state: str = UPDATE
) -> None:
    """Write down, for every living channel on a file, that it changed."""
    sql = "SELECT id FROM channel WHERE file = ? AND expires > ?"
    for (channel,) in connection.execute(sql, (file_id, milliseconds(now))).fetchall():
        notify(connection, channel, state, changed)


def notify(connection: sqlite3.Connection, channel: str, state: str, changed: Iterable[str] = ()) -> None:
    """Write one message of a channel; a change that waits already is not written twice."""
    waiting = _waiting(connection, channel, state) if state in (UPDATE, CHANGE) else None
    number = _next_number(connection, channel)
    if waiting is None:
        add(connection, channel, number, state, changed)
        return
    key, known = waiting
    # what is being delivered now is never added to: its receiver may have looked already
    together = ",".join(sorted({*known.split(","), *changed} - {""}))
    sql = "UPDATE outbox SET number = ?, changed = ?, due = 0, attempts = 0 WHERE key = ?"
    connection.execute(sql, (number, together, key))


def _waiting(connection: sqlite3.Connection, channel: str, state: str) -> tuple[int, str] | None:
    sql = "SELECT key, changed FROM outbox WHERE channel = ? AND state = ? AND lease IS NULL"
    found: tuple[int, str] | None = connection.execute(sql, (channel, state)).fetchone()
    return found


def _next_number(connection: sqlite3.Connection, channel: str) -> int:
    sql = "UPDATE channel SET number = number + 1 WHERE id = ? RETURNING number"
    return int(connection.execute(sql, (channel,)).fetchone()[0])


def add(connection: sqlite3.Connection, channel: str, number: int, state: str, changed: Iterable[str] = ()) -> None:
    """Write one message, due at once."""
    row = (channel, number, state, ",".join(sorted(changed)))
    connection.execute("INSERT INTO outbox (channel, number, state, changed) VALUES (?, ?, ?, ?)", row)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message taken for delivery, and the lease it was taken by."""

    key: int
    lease: str
    attempt: int  # 1 is the first
    address: str
    headers: dict[str, str]


class Outbox:
    """The messages of a store; several processes may take from it, each message is with one of them at a time."""

    def __init__(self, store: SpreadsheetStore) -> None:
        self._store = store

    def claim_due(self, now: datetime, lease: timedelta) -> Delivery | None:
        """Take the message that has been due longest; None when nothing is. One of a channel at a time."""
        at = {"now": milliseconds(now), "furthest": milliseconds(now + FURTHEST)}
        with self._store.reading() as connection:
            if connection.execute(f"SELECT 1 {_DUE} LIMIT 1", at).fetchone() is None:
                return None
        with self._store.writing() as connection:
            columns = "o.key, o.number, o.state, o.changed, o.attempts, c.id, c.file, c.resource, c.address, c.token"
            sql = f"SELECT {columns}, c.expires, c.page {_DUE} ORDER BY o.due, o.key LIMIT 1"
            row = connection.execute(sql, at).fetchone()
            return None if row is None else _take(connection, row, milliseconds(now + lease))

    def delivered(self, delivery: Delivery) -> bool:
        """Delete a message that arrived or was refused for good; False when another has taken it since."""
        with self._store.writing() as connection:
            sql = "DELETE FROM outbox WHERE key = ? AND lease = ?"
            return connection.execute(sql, (delivery.key, delivery.lease)).rowcount == 1

    def failed(self, delivery: Delivery, retry_at: datetime) -> bool:
        """Put a message back until an instant; False when another has taken it since."""
        with self._store.writing() as connection:
            sql = "UPDATE outbox SET lease = NULL, leased_until = 0, due = ? WHERE key = ? AND lease = ?"
            return connection.execute(sql, (milliseconds(retry_at), delivery.key, delivery.lease)).rowcount == 1


def _take(connection: sqlite3.Connection, row: sqlite3.Row, until: int) -> Delivery:
    key, number, state, changed, attempts, channel, file_id, resource, address, token, expires, page = row
    lease = secrets.token_hex(8)
    sql = "UPDATE outbox SET lease = ?, leased_until = ?, attempts = attempts + 1 WHERE key = ?"
    connection.execute(sql, (lease, until, key))
    expiry = datetime.fromtimestamp(expires / 1000, UTC)
    headers = {
        "X-Goog-Channel-ID": channel,
        "X-Goog-Channel-Expiration": format_datetime(expiry, usegmt=True),
        "X-Goog-Message-Number": str(number),
        "X-Goog-Resource-ID": resource,
        "X-Goog-Resource-State": state,
        "X-Goog-Resource-URI": resource_uri(file_id) if file_id else changes_uri(page),
    }
    if token:
        headers["X-Goog-Channel-Token"] = token
    if changed:
        headers["X-Goog-Changed"] = changed
    return Delivery(key, lease, attempts + 1, address, headers)
