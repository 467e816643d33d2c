"""What kind of database a store uses, how it is set up, and the time of its own clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from service.errors import FactsError
from service.facts import database
from service.facts.database import Database
from service.facts.schema import REVISION
from service.facts.tally import FactTally
from sheets_schema.wording import Message, message


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

    def __init__(self, opened: Database) -> None:
        self._database = opened

    @property
    def place(self) -> str | Message:
        """Return where the database is, as a person names it."""
        return self._database.place

    def refuse_fewer(self, tally: FactTally) -> None:
        """Raise FactsDamagedError when there are fewer facts than were counted."""
        with self._database.reading() as connection:
            database.refuse_fewer(self._database, connection, tally)

    def refuse_unsound(self) -> None:
        """Raise FactsDamagedError when SQLite finds its file damaged."""
        database.refuse_unsound(self._database)

    def refuse_read_only(self) -> None:
        """Raise FactsError where a server takes nothing: one that stands by for another, or is set to."""
        if self._database.is_sqlite:
            return
        with self._database.writing() as connection:
            if connection.execute(text("SELECT current_setting('transaction_read_only')")).scalar() == "on":
                raise FactsError(message("facts.server_read_only"))

    def last_fact(self) -> int:
        """Return the number of the last fact."""
        with self._database.reading() as connection:
            return self._database.last_fact(connection)

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
