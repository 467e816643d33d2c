"""Statements whose text is made once: for what is asked so often that making the text costs more than the answer."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, Executable
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseElement


@dataclass(frozen=True, slots=True)
class _Text:
    """A statement as a driver takes it."""

    sql: str
    constants: Mapping[str, object]  # parameters that the statement itself gives
    order: tuple[str, ...] | None  # of the parameters; None where the driver knows them by name

    def parameters(self, values: Mapping[str, object]) -> tuple[object, ...] | dict[str, object]:
        given = {**self.constants, **values}
        return given if self.order is None else tuple(given[name] for name in self.order)


class PreparedStatement:
    """One statement of plain parameters; values are given, and come back, as the database keeps them.

    It is made once for each dialect, by the dialect's name.
    """

    def __init__(self, statement_for: Callable[[str], Executable]) -> None:
        self._statement_for = statement_for
        self._texts: dict[str, _Text] = {}

    def run(self, connection: Connection, values: Mapping[str, object]) -> Sequence[Sequence[Any]]:
        """Run it with a value for each of its parameters; return the rows it gives."""
        dialect = connection.dialect
        found = self._texts.get(dialect.name)
        if found is None:
            found = self._texts[dialect.name] = _text(self._statement_for(dialect.name), dialect)
        if dialect.name == "sqlite":
            # the driver itself: `database.translated` knows its errors
            raw: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
            return raw.execute(found.sql, found.parameters(values)).fetchall()
        answer = connection.exec_driver_sql(found.sql, found.parameters(values))
        return answer.all() if answer.returns_rows else ()


def _text(statement: Executable, dialect: Dialect) -> _Text:
    compiled = cast("SQLCompiler", cast("ClauseElement", statement).compile(dialect=dialect))
    order = compiled.positiontup
    return _Text(compiled.string, compiled.params, None if order is None else tuple(order))
