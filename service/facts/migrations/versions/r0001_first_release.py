"""Create every table, and the guard of the facts.

Until the first release this is the only version and follows `schema.py`. With the release its tables are written out
here, and every change of them gets a migration of its own.
"""

from __future__ import annotations

from alembic import op

from service.facts.schema import metadata

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_REFUSAL = "facts are never changed"


def upgrade() -> None:
    """Create the first version."""
    metadata.create_all(op.get_bind())
    if op.get_bind().dialect.name == "sqlite":
        _guard_facts_on_sqlite()
    else:
        _guard_facts_on_postgresql()


def _guard_facts_on_sqlite() -> None:
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER facts_refuse_{verb.lower()} BEFORE {verb} ON facts "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        )


def _guard_facts_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION facts_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER facts_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON facts "
        "FOR EACH STATEMENT EXECUTE FUNCTION facts_refuse()"
    )
