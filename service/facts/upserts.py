"""Insert or replace, written once for both dialects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql.dml import ReturningInsert

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql


def upsert(connection: Connection, table: Table, values: Sequence[Mapping[str, object]]) -> None:
    """Insert rows; where the primary key is taken, replace the other columns by the new ones."""
    if values:
        connection.execute(_replacing(table, connection.dialect.name), values)


@lru_cache(maxsize=64)
def _replacing(table: Table, dialect: str) -> sqlite.Insert | postgresql.Insert:
    keys = {column.name for column in table.primary_key}
    insert = _insertion(table, dialect)
    kept = {column.name: insert.excluded[column.name] for column in table.c if column.name not in keys}
    return insert.on_conflict_do_update(index_elements=sorted(keys), set_=kept)


def insert_new(connection: Connection, table: Table, values: Mapping[str, object]) -> bool:
    """Insert a row unless its primary key is taken; return True if it was inserted."""
    return connection.execute(_keeping(table, connection.dialect.name), values).first() is not None


def insert_new_of(connection: Connection, table: Table, values: Sequence[Mapping[str, object]]) -> set[Any]:
    """Insert rows unless their primary key, of one column, is taken; return the keys of those that were inserted."""
    return set(connection.execute(_keeping(table, connection.dialect.name), values).scalars()) if values else set()


@lru_cache(maxsize=64)
def _keeping(table: Table, dialect: str) -> ReturningInsert[Any]:
    # What was inserted is returned; the count of rows is not known on every driver.
    return _insertion(table, dialect).on_conflict_do_nothing().returning(*table.primary_key)


def insertion(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return the dialect's own insert, which knows conflicts."""
    return _insertion(table, connection.dialect.name)


def _insertion(table: Table, dialect: str) -> sqlite.Insert | postgresql.Insert:
    if dialect == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 – SQLite needs neither it nor asyncio

    return postgresql.insert(table)
