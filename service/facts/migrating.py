"""Brings a database to the newest version by Alembic; imported only when there is something to migrate."""

from __future__ import annotations

import re
import threading
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text

from service.errors import FactsError
from sheets_schema.wording import message

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 7_420_230_930  # any number all our processes agree on
_REVISION = re.compile(r"identified by '([^']{1,40})'")
_ONE_AT_A_TIME = threading.Lock()


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Run the missing migrations inside the caller's transaction; a second process waits and finds nothing to do."""
    wait_for_turn(connection)
    config = _config()
    config.attributes["connection"] = connection
    try:
        # Alembic keeps what it works on in globals of the process
        with _ONE_AT_A_TIME:
            command.upgrade(config, revision)
    except CommandError as error:
        found = _REVISION.search(str(error))
        raise FactsError(message("facts.newer", revision=found[1] if found else str(error))) from error


def wait_for_turn(connection: Connection) -> None:
    """Let one process at a time change the tables; held until the caller's transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})


def revisions() -> tuple[str, ...]:
    """Return every version this program knows, oldest first."""
    scripts = ScriptDirectory.from_config(_config()).walk_revisions()
    return tuple(reversed([script.revision for script in scripts]))


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
