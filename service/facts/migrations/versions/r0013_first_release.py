"""Create every table, and the guard of what is never changed.

Until the first release this is the only version and follows `schema.py`. With the release its tables are written out
here, and every change of them gets a migration of its own.
"""

from __future__ import annotations

from alembic import op

from service.facts.schema import NEVER_CHANGED, metadata

revision = "0013"
down_revision = None
branch_labels = None
depends_on = None

_REFUSAL = "what is on record is never changed"


def upgrade() -> None:
    """Create the first version."""
    metadata.create_all(op.get_bind())
    if op.get_bind().dialect.name == "sqlite":
        _guard_on_sqlite()
    else:
        _guard_on_postgresql()


def _guard_on_sqlite() -> None:
    for table in NEVER_CHANGED:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_refuse_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
            )


def _guard_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION facts_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
    )
    for table in NEVER_CHANGED:
        op.execute(
            f"CREATE TRIGGER {table}_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION facts_refuse()"
        )
