"""The whole database as rows that either dialect takes: out from one state of it, into an empty one all or nothing.

Rows carry what is stored, column by column, as JSON values; the tables are those the database really has, so that an
older one comes out as it is and is brought up to date where it goes in.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, Table, func, insert, make_url, select, text, union

from service.errors import FactsError
from service.facts.database import (
    Database,
    open_database,
    refuse_fewer,
    refuse_lost_table,
    refuse_unsound,
    revision_of,
    translated,
)
from service.facts.log import FactLog
from service.facts.schema import REVISION, metadata
from service.facts.tally import FactTally
from sheets_schema.wording import message

Row = Mapping[str, object]
NOT_KEPT = ("alembic_version", "heartbeats")  # the version is kept beside the rows; a heartbeat is soon stale
_ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Image:
    """What goes into an empty database: its version, its rows by table, and the last number each table gave out."""

    revision: str
    tables: Mapping[str, Callable[[], Iterable[Row]]]
    numbers: Mapping[str, int]


class Snapshot:
    """One state of a database, for as long as it is held open."""

    def __init__(self, connection: Connection, revision: str, tables: Mapping[str, Table]) -> None:
        self.revision = revision
        self._connection = connection
        self._tables = tables

    @property
    def tables(self) -> tuple[str, ...]:
        """Return the names of the tables, in one order."""
        return tuple(sorted(self._tables))

    def rows(self, name: str) -> Iterator[Row]:
        """Yield a table's rows in the order of its key, a few hundred in memory at a time."""
        table = self._tables[name]
        streamed = self._connection.execution_options(yield_per=_ROWS_AT_ONCE)
        for row in streamed.execute(select(table).order_by(*table.primary_key)):
            yield dict(row._mapping)

    def campaigns(self) -> tuple[str, ...]:
        """Return the campaigns of which a spreadsheet or a fact is known."""
        known = union(*(select(self._tables[name].c.campaign) for name in ("workbooks", "facts")))
        return tuple(sorted(self._connection.execute(known).scalars()))

    def numbers(self) -> dict[str, int]:
        """Return the last number each counting table gave out, even to a row that is gone."""
        return {name: _last_number(self._connection, self._tables[name]) for name in self._counting()}

    def _counting(self) -> Iterator[str]:
        return (name for name in self.tables if _counter_of(self._tables[name]) is not None)


@contextmanager
def snapshot(url: str, tally: FactTally | None = None) -> Iterator[Snapshot | None]:
    """Open one state of the database at an address, as old as it may be; None when it holds nothing of ours yet.

    FactsDamagedError where a file is damaged, or holds fewer facts than were counted.
    """
    database = open_database(url, tally, migrates=False, begins=False)
    try:
        refuse_unsound(database)
        _refuse_unreadable(database)
        with database.snapshot() as connection:
            revision = revision_of(connection)
            refuse_fewer(database, connection if revision else None)
            yield Snapshot(connection, revision, _tables_of(connection)) if revision else None
    finally:
        database.close()


def _refuse_unreadable(database: Database) -> None:
    """Raise FactsDamagedError where a fact is none; those of an older version are left to their own program."""
    with database.reading() as connection:
        revision = revision_of(connection)
        refuse_lost_table(database, connection, revision)
    if revision == REVISION:
        FactLog(database).refuse_unreadable()


def revisions() -> tuple[str, ...]:
    """Return every version of the database this program knows, oldest first."""
    known: tuple[str, ...] = _migrating().revisions()
    return known


def occupied(url: str) -> tuple[str, ...]:
    """Return the names of the tables that hold anything in the database at an address.

    A file of SQLite is not made by asking.
    """
    file = sqlite_file(url)
    if file is not None and not file.exists():
        return ()
    database = open_database(url, migrates=False)
    try:
        with database.reading() as connection:
            return tuple(_filled(connection))
    finally:
        database.close()


def sqlite_file(url: str) -> Path | None:
    """Return the file of a SQLite address; None for a server's."""
    with translated():
        address = make_url(url)
    return Path(address.database or "") if address.get_backend_name() == "sqlite" else None


def fill(url: str, image: Image, before_commit: Callable[[int], None] = lambda _last: None) -> None:
    """Put an image into the empty database at an address and bring it up to date: all of it, or nothing.

    `before_commit` is given the number of the last fact.
    """
    database = open_database(url, migrates=False)
    try:
        with database.writing() as connection:
            migrating = _migrating()
            _clear_empty(connection)
            migrating.upgrade(connection, image.revision)
            tables = _tables_of(connection)
            for name, rows in image.tables.items():
                _insert(connection, tables, name, rows())
            _go_on_counting(connection, tables, image.numbers)
            migrating.upgrade(connection)
            before_commit(database.last_fact(connection))
    finally:
        database.close()


def _migrating() -> Any:  # noqa: ANN401 – a module
    # Alembic costs 0.2 s and 35 MB: loaded only where it is needed
    return importlib.import_module("service.facts.migrating")


def _tables_of(connection: Connection) -> dict[str, Table]:
    found = MetaData()
    found.reflect(connection)
    return {table.name: table for table in found.sorted_tables if table.name not in NOT_KEPT}


def _counter_of(table: Table) -> str | None:
    """Return the column a table counts its rows by, if it does."""
    declared = metadata.tables.get(table.name)
    column = declared.autoincrement_column if declared is not None else None
    return column.name if column is not None and column.autoincrement is True else None


def _last_number(connection: Connection, table: Table) -> int:
    column = table.c[str(_counter_of(table))]
    highest = connection.execute(select(func.coalesce(func.max(column), 0))).scalar_one()
    if connection.dialect.name == "sqlite":
        query = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
        given = connection.execute(query, {"name": table.name}).scalar()
    else:
        query = text(
            "SELECT last_value FROM pg_sequences WHERE schemaname = current_schema() "
            "AND format('%I.%I', schemaname, sequencename) = pg_get_serial_sequence(:name, :column)"
        )
        given = connection.execute(query, {"name": table.name, "column": column.name}).scalar()
    return max(int(highest), int(given or 0))


def _go_on_counting(connection: Connection, tables: Mapping[str, Table], numbers: Mapping[str, int]) -> None:
    for name, table in tables.items():
        if _counter_of(table) is None:
            continue
        last = max(numbers.get(name, 0), _last_number(connection, table))
        values = {"name": name, "last": last, "column": _counter_of(table)}
        if connection.dialect.name == "sqlite":
            connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), values)
            connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"), values)
        elif last:
            connection.execute(text("SELECT setval(pg_get_serial_sequence(:name, :column), :last)"), values)


def _filled(connection: Connection) -> Iterator[str]:
    for name, table in _tables_of(connection).items():
        if name in metadata.tables and connection.execute(select(table).limit(1)).first() is not None:
            yield name


def _clear_empty(connection: Connection) -> None:
    """Make room: tables of ours that hold nothing go; raise FactsError when one holds anything."""
    migrating = _migrating()
    migrating.wait_for_turn(connection)
    filled = tuple(_filled(connection))
    if filled:
        raise FactsError(message("facts.not_empty", tables=", ".join(filled)))
    present = MetaData()
    present.reflect(connection, only=lambda name, _metadata: name in metadata.tables or name in NOT_KEPT)
    present.drop_all(connection)
    if connection.dialect.name == "postgresql":
        connection.execute(text("DROP FUNCTION IF EXISTS facts_refuse()"))


def _insert(connection: Connection, tables: Mapping[str, Table], name: str, rows: Iterable[Row]) -> None:
    table = tables.get(name)
    if table is None:
        raise FactsError(message("facts.no_table", name=name))
    wanted = set(table.columns.keys())
    left = iter(rows)
    while chunk := list(islice(left, _ROWS_AT_ONCE)):
        if any(set(row) != wanted for row in chunk):
            raise FactsError(message("facts.row_columns", name=name))
        connection.execute(insert(table), [dict(row) for row in chunk])
