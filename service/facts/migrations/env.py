"""Alembic's entry: migrates over the connection `service.facts.migrating` hands in, within its transaction."""

from __future__ import annotations

from alembic import context

from service.facts.schema import metadata


def _migrate() -> None:
    # The caller owns the connection, its lock and its transaction: all migrations happen, or none.
    context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
    context.run_migrations()


# Alembic loads this file under this name; imported any other way it does nothing.
if __name__ == "env_py":
    _migrate()
