"""SQL that is put into words once a run: thousands of tests open a database of their own, and ask it the same."""

from typing import Any

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import Engine

STATEMENTS: dict[Any, Any] = {}


class KnownDialect(SQLiteDialect_pysqlite):
    """SQLite's own, which is one and the same for every database of a process."""

    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self)

    def __hash__(self) -> int:
        return hash(type(self))

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        """Have all keep their statements in one place: a fifth of the tests of pages was putting SQL into words."""
        engine.update_execution_options(compiled_cache=STATEMENTS)


def share() -> None:
    """Have every database of this process opened so."""
    registry.register("sqlite", KnownDialect.__module__, KnownDialect.__name__)
