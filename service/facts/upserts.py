"""Insert or replace, said once for both dialects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert


def upsert(connection: Connection, table: Table, values: Sequence[Mapping[str, object]]) -> None:
    """Insert rows; where the primary key is taken, replace the other columns by the new ones."""
    if values:
        connection.execute(_replacing(table, connection.dialect.name), values)


@lru_cache(maxsize=64)
def _replacing(table: Table, dialect: str) -> sqlite.Insert | postgresql.Insert:
    keys = {column.name for column in table.primary_key}
    if dialect == "sqlite":
        lite = sqlite.insert(table)
        kept = {column.name: lite.excluded[column.name] for column in table.c if column.name not in keys}
        return lite.on_conflict_do_update(index_elements=sorted(keys), set_=kept)
    full = postgresql.insert(table)
    kept = {column.name: full.excluded[column.name] for column in table.c if column.name not in keys}
    return full.on_conflict_do_update(index_elements=sorted(keys), set_=kept)


def insert_new(connection: Connection, table: Table, values: Mapping[str, object]) -> bool:
    """Insert a row unless its primary key is taken; say whether it was inserted."""
    return connection.execute(_keeping(table, connection.dialect.name), values).first() is not None


@lru_cache(maxsize=64)
def _keeping(table: Table, dialect: str) -> ReturningInsert[Any]:
    insert = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    # What was inserted is returned; the count of rows is not known on every driver.
    return insert.on_conflict_do_nothing().returning(*table.primary_key)


def insertion(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return the dialect's own insert, which knows conflicts."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)
