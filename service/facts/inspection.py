"""What kind of database a store uses, how it is set up, and the time of its own clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from service.facts.database import Database
from service.facts.schema import REVISION


@dataclass(frozen=True, slots=True)
class DatabaseState:
    """A database as it was found."""

    kind: str  # SQLite | PostgreSQL
    version: str
    revision: str  # of the migrations
    newest: str
    journal: str  # SQLite's journal mode; blank elsewhere
    file: Path | None  # SQLite's
    now: datetime | None  # the clock of a database that may be another machine's


class Inspection:
    """The part of a store that describes its database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def inspect(self) -> DatabaseState:
        """Return the state of the database."""
        with self._database.reading() as connection:
            revision = str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar())
            if self._database.is_sqlite:
                version = str(connection.execute(text("SELECT sqlite_version()")).scalar())
                journal = str(connection.execute(text("PRAGMA journal_mode")).scalar())
                file = Path(connection.engine.url.database or "")
                return DatabaseState("SQLite", version, revision, REVISION, journal, file, None)
            version = str(connection.execute(text("SHOW server_version")).scalar())
            now = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        return DatabaseState("PostgreSQL", version, revision, REVISION, "", None, now.astimezone(UTC))
