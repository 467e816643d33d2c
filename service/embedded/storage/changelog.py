"""The order in which files changed: what changes.list answers and what channels on all changes report.

A file has one line. A permission that was taken away has one more, for those who lost sight of the file.
"""

import sqlite3
from collections.abc import Iterable
from datetime import datetime

from service.embedded.storage import outbox
from service.embedded.storage.bearer_tokens import groups_of
from service.embedded.storage.callers import Caller, FileRole, is_meant, role_on

SEEN = ""  # the kind of the line that everyone who may open the file sees
Meant = tuple[str, str]  # kind and address of a permission


def record(connection: sqlite3.Connection, file_key: int, file_id: str, time: str, now: datetime) -> None:
    """Record that a file changed, and notify the watchers of changes who may open it."""
    _line(connection, file_id, SEEN, "", time)
    for channel, watcher in _watchers(connection, now):
        if role_on(connection, file_key, watcher) >= FileRole.READER:
            outbox.notify(connection, channel, outbox.CHANGE)


def lose(connection: sqlite3.Connection, file_id: str, meant: Iterable[Meant], time: str, now: datetime) -> None:
    """Record who lost access to a file, and notify those of them who watch changes."""
    lost = tuple(meant)
    for kind, address in lost:
        _line(connection, file_id, kind, address, time)
    for channel, watcher in _watchers(connection, now):
        if any(is_meant(watcher, kind, address) for kind, address in lost):
            outbox.notify(connection, channel, outbox.CHANGE)


def forget(connection: sqlite3.Connection, file_id: str) -> None:
    """Drop the line of a file that is gone."""
    connection.execute("DELETE FROM change WHERE file = ? AND kind = ?", (file_id, SEEN))


def next_number(connection: sqlite3.Connection) -> int:
    """Return the number the next change will have."""
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'change'").fetchone()
    return int(row[0]) + 1 if row else 1


def _line(connection: sqlite3.Connection, file_id: str, kind: str, address: str, time: str) -> None:
    sql = "INSERT OR REPLACE INTO change (file, kind, address, time) VALUES (?, ?, ?, ?)"
    connection.execute(sql, (file_id, kind, address, time))


def _watchers(connection: sqlite3.Connection, now: datetime) -> list[tuple[str, Caller]]:
    sql = "SELECT id, maker FROM channel WHERE file = '' AND expires > ?"
    found = connection.execute(sql, (outbox.milliseconds(now),)).fetchall()
    return [(channel, Caller(maker, groups_of(connection, maker))) for channel, maker in found]
