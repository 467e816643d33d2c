"""One database behind a store: connections, transactions, and SQLAlchemy's errors turned into ours.

SQLite: WAL, `BEGIN IMMEDIATE` for writers. Either way a small pool, emptied before a fork, so that no connection is
used on both sides of one.
"""

from __future__ import annotations

import fcntl
import importlib
import os
import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, func, make_url, select, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from service.errors import FactsError
from service.facts.schema import REVISION, TRIAL_REVISIONS
from sheets_schema.wording import message, verbatim

_BUSY_SECONDS = 30
_POOL = {"pool_size": 5, "max_overflow": 20}
_WRITES = "tonghop_writes"
_NAMES = 20_230_930  # the first half of the locks by name


class Database:
    """An engine with two kinds of transactions; a transaction inside another of the same thread joins it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
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

    @contextmanager
    def _transaction(self, *, writes: bool) -> Iterator[Connection]:
        joined: Connection | None = getattr(self._current, "connection", None)
        if joined is not None:
            if writes and not joined.get_execution_options()[_WRITES]:
                raise FactsError(verbatim("A write inside a reading transaction."))
            yield joined
            return
        with translated(), self._engine.connect() as plain:
            connection = plain.execution_options(**{_WRITES: writes})
            with connection.begin():
                self._current.connection = connection
                try:
                    yield connection
                finally:
                    self._current.connection = None


@contextmanager
def translated() -> Iterator[None]:
    """Raise FactsError for whatever the database or its driver raises; addresses and passwords are not repeated."""
    try:
        yield
    except exc.OperationalError as error:
        raise FactsError(message("facts.unusable", reason=_reason(error))) from error
    except exc.SQLAlchemyError as error:
        raise FactsError(message("facts.failed", reason=_reason(error))) from error
    except sqlite3.Error as error:  # raised while a connection is prepared, before SQLAlchemy watches
        raise FactsError(message("facts.unusable", reason=str(error))) from error


def _reason(error: exc.SQLAlchemyError) -> str:
    cause = error.orig if isinstance(error, exc.DBAPIError) else error
    return str(cause).strip().partition("\n")[0] or type(cause).__name__


def lock_name(connection: Connection, name: str) -> None:
    """Keep a name for this transaction: another that asks for it waits. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_NAMES, func.hashtext(name))))


def open_database(url: str, *, migrates: bool = True) -> Database:
    """Open a database by its address and bring it to the newest version; FactsError when it cannot be used.

    `migrates` False leaves it at the version it has: for copying it as it stands, and for filling an empty one.
    """
    prepare = _migrate if migrates else _leave
    with translated():
        address = _address(url)
        is_sqlite = address.get_backend_name() == "sqlite"
        database = _open_sqlite(address, prepare) if is_sqlite else _open_postgresql(address, prepare)
    _close_before_forks(weakref.ref(database))
    return database


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


def _open_sqlite(address: URL, prepare: Callable[[Database], None]) -> Database:
    folder = Path(address.database or "").absolute().parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        guard = os.open(folder, os.O_RDONLY)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise FactsError(message("facts.folder_unusable", folder=str(folder), reason=reason)) from error
    engine = create_engine(address, connect_args={"timeout": _BUSY_SECONDS}, **_POOL)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    database = Database(engine)
    try:
        # Turning WAL on is the one step SQLite does not queue: two first openings would fail each other.
        fcntl.flock(guard, fcntl.LOCK_EX)
        _turn_wal_on(engine)
        prepare(database)
    finally:
        os.close(guard)
    return database


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
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _open_postgresql(address: URL, prepare: Callable[[Database], None]) -> Database:
    try:
        engine = create_engine(address, pool_pre_ping=True, **_POOL)
    except ModuleNotFoundError as error:
        raise FactsError(message("facts.library_missing")) from error
    database = Database(engine)
    prepare(database)
    return database


def _leave(_database: Database) -> None:
    """Change nothing."""


def _migrate(database: Database) -> None:
    with ExitStack() as stack:
        stack.callback(database.close)
        with database.reading() as connection:
            revision = revision_of(connection)
        refuse_trial(revision)
        if revision != REVISION:
            # Alembic costs 0.2 s and 35 MB: a store that is up to date never loads it.
            migrating = importlib.import_module("service.facts.migrating")
            with database.writing() as connection:
                migrating.upgrade(connection)
        stack.pop_all()


def refuse_trial(revision: str | None) -> None:
    """Raise FactsError for a version of before the first release: there is no way from it."""
    if revision in TRIAL_REVISIONS:
        raise FactsError(message("facts.of_a_trial", revision=str(revision)))


def revision_of(connection: Connection) -> str | None:
    """Return the version a database is at; None for one without our tables."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
