"""Insert or replace, said once for both dialects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def upsert(connection: Connection, table: Table, values: Sequence[Mapping[str, object]]) -> None:
    """Insert rows; where the primary key is taken, replace the other columns by the new ones."""
    if not values:
        return
    keys = {column.name for column in table.primary_key}
    statement = insertion(connection, table)
    replaced = {column.name: statement.excluded[column.name] for column in table.c if column.name not in keys}
    connection.execute(statement.on_conflict_do_update(index_elements=sorted(keys), set_=replaced), values)


def insert_new(connection: Connection, table: Table, values: Mapping[str, object]) -> bool:
    """Insert a row unless its primary key is taken; say whether it was inserted."""
    statement = insertion(connection, table).values(values).on_conflict_do_nothing()
    # What was inserted is returned; the count of rows is not known on every driver.
    return connection.execute(statement.returning(*table.primary_key)).first() is not None


def insertion(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return the dialect's own insert, which knows conflicts."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)
