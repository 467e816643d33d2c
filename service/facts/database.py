"""One database behind a store: connections, transactions, and SQLAlchemy's errors turned into ours.

SQLite: WAL, `BEGIN IMMEDIATE` for writers. Either way a small pool, emptied before a fork, so that no connection is
used on both sides of one. An error says what became of what was asked; the files of SQLite must be those that were
opened, in every transaction: what is written to one that was taken away is lost.
"""

from __future__ import annotations

import fcntl
import importlib
import os
import re
import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, func, inspect, make_url, select, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from service.errors import FactsDamagedError, FactsError, NoSeasonError
from service.facts import sqlite_faults
from service.facts.schema import REVISION, TRIAL_REVISIONS, UnreadableValueError, facts, metadata
from service.facts.sqlite_faults import Scene
from service.facts.tally import Count, FactTally
from sheets_schema.wording import Message, message, verbatim
from sheets_schema.wording.system_reasons import system_reason

_BUSY_SECONDS = 30
_CHECKED_WHEN_OPENED = 64 * 1024 * 1024  # bytes of a file of SQLite: a tenth of a second
_POOL = {"pool_size": 5, "max_overflow": 20}
_WRITES = "tonghop_writes"
_NAMES = 20_230_930  # the first half of the locks by name
_FILES = "tonghop_files"


class Database:
    """An engine with two kinds of transactions; a transaction inside another of the same thread joins it.

    Its connections are closed by `close`, or once nothing refers to it.
    """

    def __init__(self, engine: Engine, tally: FactTally | None = None) -> None:
        self._engine = engine
        weakref.finalize(self, engine.dispose)
        self._tally = tally
        self._current = threading.local()

    @property
    def is_sqlite(self) -> bool:
        """Return True for SQLite, False for PostgreSQL."""
        return self._engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that sees one state of the database and changes nothing."""
        with self._transaction(writes=False) as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Open a transaction whose every question is answered from one and the same state; no writer waits for it."""
        # in SQLite any reading transaction is one; PostgreSQL has to be asked for it
        options = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with translated(), self._engine.connect() as plain:
            connection = plain.execution_options(**{_WRITES: False}, **options)
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that holds the right to write from its start; committed as a whole or not at all."""
        with self._transaction(writes=True) as connection:
            yield connection

    def close(self) -> None:
        """Close the connections that are not in use."""
        self._engine.dispose()

    @property
    def tally(self) -> FactTally | None:
        """Return what counts the facts, where anything does."""
        return self._tally

    @property
    def place(self) -> str | Message:
        """Return where the database is, as a person names it."""
        scene = self.scene
        return str(scene.file.absolute()) if scene is not None else message("facts.server")

    @property
    def scene(self) -> Scene | None:
        """Return the file of SQLite with its newest backup; None on a server."""
        if not self.is_sqlite:
            return None
        backup = self._tally.read().backup if self._tally is not None else ""
        return Scene(Path(self._engine.url.database or ""), backup)

    def damaged(self, reason: str | Message) -> FactsDamagedError:
        """Return the error for content that this program never wrote."""
        scene = self.scene
        if scene is not None:
            return scene.damaged(reason)
        return FactsDamagedError(message("facts.damaged_on_server", reason=reason))

    def facts_follow(self) -> None:
        """Remember that the transaction which is open records facts: once committed, they are counted."""
        self._current.records = True

    def last_fact(self, connection: Connection) -> int:
        """Return the number of the last fact."""
        return int(connection.execute(select(func.coalesce(func.max(facts.c.id), 0))).scalar_one())

    @contextmanager
    def _transaction(self, *, writes: bool) -> Iterator[Connection]:
        joined: Connection | None = getattr(self._current, "connection", None)
        if joined is not None:
            if writes and not joined.get_execution_options()[_WRITES]:
                raise FactsError(verbatim("A write inside a reading transaction."))
            yield joined
            return
        self._current.records, last = False, 0
        with translated(Asked(self, writes)) as asked, self._engine.connect() as plain:
            connection = plain.execution_options(**{_WRITES: writes})
            with connection.begin():
                self._current.connection = connection
                try:
                    yield connection
                except (ValueError, OverflowError) as error:
                    if writes and not isinstance(error, UnreadableValueError):
                        raise
                    # what was read is no JSON, no word of ours, no instant there can be
                    raise self.damaged(str(error)) from error
                finally:
                    self._current.connection = None
                last = self.last_fact(connection) if self._current.records else 0
                asked.commits = writes
        if last and self._tally is not None:
            self._tally.reached(last)


@dataclass(slots=True)
class Asked:
    """What a transaction is for, and how far it came."""

    database: Database | None = None
    writes: bool = False
    commits: bool = False

    def fault(self, error: exc.SQLAlchemyError | sqlite3.Error) -> FactsError:
        """Return our error, with what became of what was asked."""
        cause = error.orig if isinstance(error, exc.DBAPIError) else error
        scene = self.database.scene if self.database is not None else None
        if scene is not None and isinstance(cause, sqlite3.Error):
            of_the_file = sqlite_faults.fault_of(cause, replace(scene, writes=self.writes))
            if of_the_file is not None:
                return of_the_file
        key = "facts.unusable" if isinstance(error, (exc.OperationalError, sqlite3.Error)) else "facts.failed"
        return FactsError(message(key, reason=_reason(error), outcome=self._outcome()))

    def _outcome(self) -> Message:
        if self.commits:
            # the answer to a commit was lost: the server may have carried it out
            return message("facts.perhaps_recorded")
        return message("facts.not_recorded" if self.writes else "facts.not_read")


@contextmanager
def translated(asked: Asked | None = None) -> Iterator[Asked]:
    """Raise FactsError for whatever the database or its driver raises; addresses and passwords are not repeated."""
    asked = asked or Asked()
    try:
        yield asked
    except (exc.SQLAlchemyError, sqlite3.Error) as error:
        # sqlite3's own are raised while a connection is prepared, before SQLAlchemy watches
        raise asked.fault(error) from error


def _reason(error: exc.SQLAlchemyError | sqlite3.Error) -> str:
    cause = error.orig if isinstance(error, exc.DBAPIError) else error
    return str(cause).strip().partition("\n")[0] or type(cause).__name__


def lock_name(connection: Connection, name: str) -> None:
    """Keep a name for this transaction: another that asks for it waits. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_NAMES, func.hashtext(name))))


def open_database(url: str, tally: FactTally | None = None, *, migrates: bool = True, begins: bool = True) -> Database:
    """Open a database by its address and bring it to the newest version; FactsError when it cannot be used.

    `migrates` False leaves it at the version it has: for copying it as it stands, and for filling an empty one.
    `begins` False makes nothing where there is nothing: NoSeasonError. With a tally it must hold what was counted.
    """
    prepare = _leave if not migrates else _migrate if begins else _migrate_ours
    with translated():
        address = _address(url)
        is_sqlite = address.get_backend_name() == "sqlite"
        database = (
            _open_sqlite(address, prepare, tally, begins) if is_sqlite else _open_postgresql(address, prepare, tally)
        )
    if migrates:
        with _closed_if_refused(database), database.reading() as connection:
            refuse_fewer(database, connection)
    _close_before_forks(weakref.ref(database))
    return database


@contextmanager
def _closed_if_refused(database: Database) -> Iterator[None]:
    """Close a database that cannot be used: who asks again and again would run out of files."""
    try:
        yield
    except BaseException:
        database.close()
        raise


def _close_before_forks(reference: weakref.ref[Database]) -> None:
    def close() -> None:
        database = reference()
        if database is not None:
            database.close()

    os.register_at_fork(before=close)


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except exc.ArgumentError:
        raise FactsError(message("facts.address_unreadable")) from None
    if address.drivername == "sqlite" and address.database not in (None, "", ":memory:"):
        return address
    if address.drivername in ("postgresql", "postgresql+psycopg"):
        return address.set(drivername="postgresql+psycopg")
    raise FactsError(message("facts.dialect_unknown", name=address.drivername))


def _open_sqlite(address: URL, prepare: Callable[[Database], None], tally: FactTally | None, begins: bool) -> Database:
    file = Path(address.database or "")
    _refuse_nothing(file, tally, begins)
    folder = file.absolute().parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        guard = os.open(folder, os.O_RDONLY)
    except OSError as error:
        reason = system_reason(error)
        raise FactsError(message("facts.folder_unusable", folder=str(folder), reason=reason)) from error
    given = {} if "timeout" in address.query else {"timeout": _BUSY_SECONDS}
    engine = create_engine(address, connect_args=given, **_POOL)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    database = Database(engine, tally)
    try:
        # Turning WAL on is the one step SQLite does not queue: two first openings would fail each other.
        fcntl.flock(guard, fcntl.LOCK_EX)
        with _closed_if_refused(database):
            with translated(Asked(database)):
                _turn_wal_on(engine)
            if file.stat().st_size <= _CHECKED_WHEN_OPENED:
                refuse_unsound(database)
            prepare(database)
    finally:
        os.close(guard)
    return database


def _refuse_nothing(file: Path, tally: FactTally | None, begins: bool) -> None:
    """Raise an error where the file is gone that held facts, or where there never was one and none is to be made."""
    try:
        is_there = file.stat().st_size > 0
    except FileNotFoundError:
        is_there = False
    except OSError as error:
        raise FactsError(
            message("facts.folder_unusable", folder=str(file.parent), reason=system_reason(error))
        ) from error
    count = tally.read() if tally is not None else None
    if is_there or count is None or (count.is_whole and not count.last):
        if not is_there and not begins:
            raise NoSeasonError(message("facts.no_season", place=str(file.absolute())))
        return
    raise FactsDamagedError(message("facts.gone", file=str(file), restore=sqlite_faults.restore_words(count.backup)))


def refuse_unsound(database: Database) -> None:
    """Raise FactsDamagedError when SQLite finds a page, a row or an index of its file wrong."""
    if not database.is_sqlite:
        return
    with database.reading() as connection:
        found = str(connection.execute(text("PRAGMA quick_check(1)")).scalar())
        page = int(connection.execute(text("PRAGMA page_size")).scalar_one())
    if found != "ok":
        raise database.damaged(found.rpartition("\n")[2])
    if database.scene is not None and sqlite_faults.is_cut(database.scene.file, page):
        raise database.damaged(message("facts.cut_short"))


def refuse_fewer(database: Database, connection: Connection | None, tally: FactTally | None = None) -> None:
    """Raise FactsDamagedError when there are fewer facts than were counted; without a connection there are none."""
    tally = tally or database.tally
    count = tally.read() if tally is not None else Count()
    if count == Count():
        return
    found = database.last_fact(connection) if connection is not None else 0
    restore = sqlite_faults.restore_words(count.backup)
    if not count.is_whole and not found:
        raise FactsDamagedError(message("facts.gone", file=database.place, restore=restore))
    if found < count.last:
        given = {"place": database.place, "found": found, "last": count.last}
        raise FactsDamagedError(message("facts.fewer", restore=restore, **given))


def _turn_wal_on(engine: Engine) -> None:
    raw = engine.raw_connection()
    try:
        raw.cursor().execute("PRAGMA journal_mode = WAL")
    finally:
        raw.close()


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    # The driver's own transaction handling begins late and deferred; ours is in `_begin_sqlite`.
    connection.isolation_level = None
    cursor = connection.cursor()
    try:
        cursor.execute("PRAGMA synchronous = FULL")
    except BaseException:
        connection.close()  # SQLAlchemy leaves one that could not be made ready
        raise
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, True)
    file = connection.engine.url.database or ""
    known: dict[str, tuple[int, int]] = connection.info.get(_FILES, {})
    if known:
        _refuse_replaced(known, sqlite_faults.identities(file))
    # the driver itself, here as in `prepared`: begun so often that SQLAlchemy's own way costs more than the rest
    raw: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
    raw.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
    if not known:
        # from its first read on a connection keeps the journal's files from being cleared by others
        raw.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()
        connection.info[_FILES] = sqlite_faults.identities(file)


def _refuse_replaced(known: dict[str, tuple[int, int]], now: dict[str, tuple[int, int]]) -> None:
    """Raise FactsDamagedError when a file was taken away or replaced since this connection opened it.

    SQLite goes on with what it holds open, and what is written there is lost.
    """
    for path, identity in known.items():
        if now.get(path) != identity:
            raise FactsDamagedError(message("facts.replaced", file=path))


def _open_postgresql(address: URL, prepare: Callable[[Database], None], tally: FactTally | None) -> Database:
    try:
        engine = create_engine(address, pool_pre_ping=True, **_POOL)
    except ModuleNotFoundError as error:
        raise FactsError(message("facts.library_missing")) from error
    database = Database(engine, tally)
    with _closed_if_refused(database):
        prepare(database)
    return database


def _leave(_database: Database) -> None:
    """Change nothing."""


def _migrate_ours(database: Database) -> None:
    _migrate(database, begins=False)


def _migrate(database: Database, *, begins: bool = True) -> None:
    with database.reading() as connection:
        revision = revision_of(connection)
        refuse_no_version(database, revision)
        refuse_lost_table(database, connection, revision)
    refuse_trial(revision)
    if revision is None:
        refuse_fewer(database, None)
    if revision is None and not begins:
        raise NoSeasonError(message("facts.no_season", place=database.place))
    if revision != REVISION:
        # Alembic costs 0.2 s and 35 MB: a store that is up to date never loads it.
        migrating = importlib.import_module("service.facts.migrating")
        with database.writing() as connection:
            migrating.upgrade(connection)


def refuse_no_version(database: Database, revision: object) -> None:
    """Raise FactsDamagedError for a version that none of this program's, earlier or later, can be."""
    if revision is not None and not (isinstance(revision, str) and re.fullmatch(r"[0-9A-Za-z_]+", revision)):
        raise database.damaged(message("facts.no_version", text=repr(revision)[:60]))


def refuse_lost_table(database: Database, connection: Connection, revision: str | None) -> None:
    """Raise FactsDamagedError when a database of the newest version lacks one of our tables."""
    present = set(inspect(connection).get_table_names()) if revision == REVISION else set(metadata.tables)
    lost = sorted(set(metadata.tables) - present)
    if lost:
        raise database.damaged(message("facts.table_gone", name=lost[0]))


def refuse_trial(revision: str | None) -> None:
    """Raise FactsError for a version of before the first release: there is no way from it."""
    if revision in TRIAL_REVISIONS:
        raise FactsError(message("facts.of_a_trial", revision=str(revision)))


def revision_of(connection: Connection) -> str | None:
    """Return the version a database is at; None for one without our tables."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
