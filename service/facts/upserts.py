"""Insert or replace, written once for both dialects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table, Text, bindparam, cast, func, select, true
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql.dml import ReturningInsert

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql


def upsert(connection: Connection, table: Table, values: Sequence[Mapping[str, object]]) -> None:
    """Insert rows; where the primary key is taken, replace the other columns by the new ones."""
    if values:
        connection.execute(replacing(table, connection.dialect.name), values)


@lru_cache(maxsize=64)
def replacing(table: Table, dialect: str) -> sqlite.Insert | postgresql.Insert:
    """Return the statement that inserts a row, or replaces its other columns where its primary key is taken."""
    keys = {column.name for column in table.primary_key}
    insert = _insertion(table, dialect)
    kept = {column.name: insert.excluded[column.name] for column in table.c if column.name not in keys}
    return insert.on_conflict_do_update(index_elements=sorted(keys), set_=kept)


def insert_new(connection: Connection, table: Table, values: Mapping[str, object]) -> bool:
    """Insert a row unless its primary key is taken; return True if it was inserted."""
    return connection.execute(_keeping(table, connection.dialect.name), values).first() is not None


def keeping_each(table: Table, dialect: str) -> ReturningInsert[Any]:
    """Return the statement that inserts a row for every one of `keys`, a list as JSON, unless its primary key is taken.

    The other columns, by their names, are the same in all. It returns the keys of those that were inserted.
    """
    (key,) = table.primary_key
    keys = bindparam("keys", type_=Text)
    if dialect == "sqlite":
        each = func.json_each(keys).table_valued("value")
    else:
        from sqlalchemy.dialects.postgresql import JSONB  # noqa: PLC0415 – SQLite needs neither it nor asyncio

        each = func.jsonb_array_elements_text(cast(keys, JSONB)).table_valued("value")
    others = [column for column in table.c if column is not key]
    # SQLite takes ON CONFLICT for a part of the SELECT unless that has a WHERE
    rows = select(each.c.value, *(bindparam(one.name, type_=one.type) for one in others)).where(true())
    names = [key.name, *(one.name for one in others)]
    return _insertion(table, dialect).from_select(names, rows).on_conflict_do_nothing().returning(key)


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
