"""The store: one SQLite file in WAL mode. Safe for threads, forks and several processes; knows no API."""

import errno
import fcntl
import os
import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

FILE_NAME = "sheets.sqlite"
VERSION = 5
BUSY_SECONDS = 60.0
_PAGES_AT_ONCE = 1_000

_SCHEMA = """
CREATE TABLE file (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    mime TEXT NOT NULL,
    owner TEXT NOT NULL,
    created TEXT NOT NULL,
    modified TEXT NOT NULL,
    version INTEGER NOT NULL,
    trashed INTEGER NOT NULL DEFAULT 0,
    doc TEXT NOT NULL
);
CREATE TABLE permission (
    file INTEGER NOT NULL REFERENCES file (key) ON DELETE CASCADE,
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    address TEXT NOT NULL,
    role TEXT NOT NULL,
    PRIMARY KEY (file, id)
) WITHOUT ROWID;
CREATE INDEX permission_by_address ON permission (address);
CREATE TABLE book (
    key INTEGER PRIMARY KEY REFERENCES file (key) ON DELETE CASCADE,
    props TEXT NOT NULL,
    parts TEXT NOT NULL,
    metadata TEXT NOT NULL
);
CREATE TABLE sheet (
    book INTEGER NOT NULL REFERENCES book (key) ON DELETE CASCADE,
    id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    props TEXT NOT NULL,
    parts TEXT NOT NULL,
    PRIMARY KEY (book, id)
) WITHOUT ROWID;
CREATE TABLE line (
    book INTEGER NOT NULL,
    sheet INTEGER NOT NULL,
    number INTEGER NOT NULL,
    vals TEXT,
    styles TEXT,
    extras TEXT,
    PRIMARY KEY (book, sheet, number)
) WITHOUT ROWID;
CREATE TABLE style (id INTEGER PRIMARY KEY, body TEXT NOT NULL UNIQUE);
CREATE TABLE token (hash TEXT PRIMARY KEY, email TEXT NOT NULL, issued TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE membership (grp TEXT NOT NULL, email TEXT NOT NULL, PRIMARY KEY (grp, email)) WITHOUT ROWID;
"""
_CHANNELS = """
CREATE TABLE channel (
    id TEXT PRIMARY KEY,
    file TEXT NOT NULL,
    resource TEXT NOT NULL,
    address TEXT NOT NULL,
    token TEXT NOT NULL,
    maker TEXT NOT NULL,
    expires INTEGER NOT NULL,
    number INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX channel_by_file ON channel (file);
CREATE TABLE outbox (
    key INTEGER PRIMARY KEY,
    channel TEXT NOT NULL REFERENCES channel (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    state TEXT NOT NULL,
    changed TEXT NOT NULL,
    due INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    lease TEXT,
    leased_until INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX outbox_by_channel ON outbox (channel);
"""
# a channel without a file reports every change its maker may see, from a page on
_CHANGES = """
ALTER TABLE channel ADD COLUMN page TEXT NOT NULL DEFAULT '';
CREATE TABLE change (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    file TEXT NOT NULL,
    kind TEXT NOT NULL,
    address TEXT NOT NULL,
    time TEXT NOT NULL,
    UNIQUE (file, kind, address)
);
"""
_DRIVES = """
CREATE TABLE IF NOT EXISTS service_account (email TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS drive (id TEXT PRIMARY KEY, name TEXT NOT NULL, created TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS member (
    drive TEXT NOT NULL REFERENCES drive (id) ON DELETE CASCADE,
    type TEXT NOT NULL,
    address TEXT NOT NULL,
    role TEXT NOT NULL,
    PRIMARY KEY (drive, address)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS member_by_address ON member (address);
CREATE TABLE IF NOT EXISTS drive_file (
    file INTEGER PRIMARY KEY REFERENCES file (key) ON DELETE CASCADE,
    drive TEXT NOT NULL REFERENCES drive (id) ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS drive_file_by_drive ON drive_file (drive);
"""
_PROJECTS = """
CREATE TABLE IF NOT EXISTS token_project (
    hash TEXT PRIMARY KEY REFERENCES token (hash) ON DELETE CASCADE,
    project TEXT NOT NULL
) WITHOUT ROWID;
"""
_STEPS = (_SCHEMA, _CHANNELS, _CHANGES, _DRIVES, _PROJECTS)  # each brings a store from one version to the next


_CHECKED_WHEN_OPENED = 64 * 1024 * 1024  # bytes: a tenth of a second


# a connection, and the files it was last used with
_Idle: TypeAlias = tuple[sqlite3.Connection, dict[Path, tuple[int, int]]]


class StoreFault(StrEnum):
    """Why a store cannot be used; the words are those of an answer's reason."""

    DAMAGED = "STORE_DAMAGED"
    FULL = "STORE_FULL"  # the disk
    SHUT = "STORE_SHUT"  # no right to write the file, or what SQLite keeps beside it
    HELD = "STORE_HELD"  # by another program, for too long
    REPLACED = "STORE_REPLACED"  # a file was taken away while it was open
    FAILED = "STORE_FAILED"  # the disk reports an error
    NEWER = "STORE_NEWER"


class StoreError(Exception):
    """The file cannot be used; nothing of the transaction is kept."""

    def __init__(self, fault: StoreFault, detail: str) -> None:
        super().__init__(detail)
        self.fault = fault


_FAULTS = {
    sqlite3.SQLITE_CORRUPT: StoreFault.DAMAGED,
    sqlite3.SQLITE_NOTADB: StoreFault.DAMAGED,
    sqlite3.SQLITE_FULL: StoreFault.FULL,
    sqlite3.SQLITE_READONLY: StoreFault.SHUT,
    sqlite3.SQLITE_CANTOPEN: StoreFault.SHUT,
    sqlite3.SQLITE_PERM: StoreFault.SHUT,
    sqlite3.SQLITE_BUSY: StoreFault.HELD,
    sqlite3.SQLITE_LOCKED: StoreFault.HELD,
    sqlite3.SQLITE_IOERR: StoreFault.FAILED,
}
_DAMAGED_WORDS = ("no such table", "no such column", "malformed", "Could not decode to UTF-8")


@contextmanager
def _translated() -> Iterator[None]:
    """Raise StoreError for what is the file's fault and not the statement's."""
    try:
        yield
    except sqlite3.Error as error:
        fault = _FAULTS.get(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF)
        if fault is None and str(error).startswith(_DAMAGED_WORDS):
            fault = StoreFault.DAMAGED
        if fault is None:
            raise
        raise StoreError(fault, str(error)) from error


class SpreadsheetStore:
    """Connections to one file: each is used by one thread at a time and never crosses a fork.

    They are closed by `close`, or once nothing refers to the store.
    """

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / FILE_NAME
        self._paths = [self.path.with_name(f"{FILE_NAME}{ending}") for ending in ("", "-wal", "-shm")]
        self._begin()
        self._lock = threading.Lock()
        self._turn = threading.Lock()
        self._ready = False

    def _begin(self) -> None:
        """Hold no connection yet, in this process."""
        self._pid = os.getpid()
        self._idle: list[_Idle] = []
        weakref.finalize(self, _put_away, self._idle, self._pid)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give a connection that sees one state of the store from beginning to end."""
        with _translated(), self._borrowed() as connection:
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.execute("ROLLBACK")

    @contextmanager
    def writing(self, when_committed: Sequence[Callable[[], None]] = ()) -> Iterator[sqlite3.Connection]:
        """Give a connection whose changes are kept all together, or none when an error leaves the block.

        What waits for the commit is called before the next thread of this process writes.
        """
        # The threads of one process wait in a queue; SQLite's own waiting, by sleeping and trying again, is for others.
        with _translated(), self._borrowed() as connection, self._turn:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
                for act in when_committed:
                    act()
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def copy_to(self, path: Path) -> None:
        """Write one state of the store into a new file; writers go on meanwhile. OSError when it cannot be written."""
        with self.reading() as connection:
            connection.execute("SELECT 1 FROM file").fetchone()  # from here on it is the state of this instant
            copy = sqlite3.connect(path)
            try:
                # piece by piece, so that a signal is heard; the open transaction keeps the pieces of one state
                connection.backup(copy, pages=_PAGES_AT_ONCE, sleep=0.0)
            except sqlite3.Error as error:
                raise OSError(f"{path.name}: {error}") from error
            finally:
                copy.close()

    def close(self) -> None:
        """Close the idle connections; the store may be used again."""
        with self._lock:
            idle = self._idle.copy()
            self._idle.clear()
        _put_away(idle, self._pid)

    @contextmanager
    def _borrowed(self) -> Iterator[sqlite3.Connection]:
        connection = self._take()
        try:
            yield connection
        except sqlite3.DatabaseError:
            connection.close()
            raise
        except BaseException:
            self._give_back(connection)
            raise
        else:
            self._give_back(connection)

    def _take(self) -> sqlite3.Connection:
        with self._lock:
            if self._pid != os.getpid():
                _put_away(self._idle, self._pid)
                self._begin()
                self._turn = threading.Lock()
            if self._idle:
                self._refuse_replaced()
                return self._idle.pop()[0]
            if not self._ready:
                self._prepare()
        return self._open()

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._lock:
            self._idle.append((connection, self._files()))

    def _refuse_replaced(self) -> None:
        """Raise StoreError when a file was taken away: what is written to the one held open would be lost."""
        known, now = self._idle[-1][1], self._files()
        for path, identity in known.items():
            if now.get(path) != identity:
                raise StoreError(StoreFault.REPLACED, path.name)

    def _files(self) -> dict[Path, tuple[int, int]]:
        """Return the store's files, those of SQLite's journal too, as the disk knows them."""
        found = {}
        for path in self._paths:
            with suppress(OSError):
                kept = path.stat()
                found[path] = (kept.st_dev, kept.st_ino)
        return found

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA cache_size = -16000")
            # from its first read on a connection keeps the journal's files from being cleared by others
            connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepare(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._prepare_in_turn()
        except OSError as error:
            fault = StoreFault.FULL if error.errno == errno.ENOSPC else StoreFault.SHUT
            raise StoreError(fault, error.strerror or type(error).__name__) from error
        self._ready = True

    def _prepare_in_turn(self) -> None:
        # Turning WAL on does not wait for a busy neighbour, so the first steps of two processes go one by one.
        with self.path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            connection = self._open()
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                if self.path.stat().st_size <= _CHECKED_WHEN_OPENED:
                    refuse_damaged(connection, self.path)
                _bring_up_to_date(connection)
            finally:
                connection.close()


def _put_away(idle: list[_Idle], pid: int) -> None:
    """Close the connections of a process; one inherited through a fork is kept unused, for the parent's file locks."""
    if pid != os.getpid():
        _inherited.extend(idle)
        return
    while idle:
        idle.pop()[0].close()


_inherited: list[_Idle] = []


def refuse_damaged(connection: sqlite3.Connection, path: Path) -> None:
    """Raise StoreError when SQLite finds a page, a row or an index wrong, or a row refers to what is not there."""
    with _translated():
        found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
        lost = connection.execute("PRAGMA foreign_key_check").fetchone() if found == "ok" else None
        page = int(connection.execute("PRAGMA page_size").fetchone()[0])
    if found != "ok" or lost is not None:
        raise StoreError(StoreFault.DAMAGED, found if lost is None else f"{lost[0]}: {lost[2]}")
    journal = path.with_name(f"{path.name}-wal")
    # a file that ends within a page is read as zeros there; a journal may hold what is missing
    if path.stat().st_size % page and not (journal.exists() and journal.stat().st_size):
        raise StoreError(StoreFault.DAMAGED, "it ends within a page")


def examine(path: Path) -> int:
    """Return how many spreadsheets a file holds; StoreError when any of it is damaged."""
    with _translated():
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            refuse_damaged(connection, path)
            return int(connection.execute("SELECT count(*) FROM book").fetchone()[0])
        finally:
            connection.close()


@contextmanager
def writing_to(data_dir: Path) -> Iterator[sqlite3.Connection]:
    """Give one write transaction on the store of a data folder, opened and closed for it."""
    store = SpreadsheetStore(data_dir)
    try:
        with store.writing() as connection:
            yield connection
    finally:
        store.close()


def _bring_up_to_date(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION:
        connection.execute("ROLLBACK")
        raise StoreError(StoreFault.NEWER, f"version {version} is newer than {VERSION}")
    for step in _STEPS[version:]:
        for statement in step.split(";"):
            if statement.strip():
                connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.execute("COMMIT")
