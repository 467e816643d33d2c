"""Brings a database to the newest version by Alembic; imported only when there is something to migrate."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, text

from service.errors import FactsError

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 7_420_230_930  # any number all our processes agree on


def upgrade(connection: Connection) -> None:
    """Run the missing migrations inside the caller's transaction; a second process waits and finds nothing to do."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise FactsError(
            f"Cơ sở dữ liệu thuộc phiên bản khác, mới hơn chương trình này ({error}). Hãy cài bản mới của tonghop."
        ) from error
