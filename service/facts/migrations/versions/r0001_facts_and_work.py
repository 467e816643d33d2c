"""Create the log of facts, the registry, the runs and the work state."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_REFUSAL = "facts are never changed"


def upgrade() -> None:
    """Create every table of the first version."""
    _create_facts()
    _create_registry()
    _create_runs()
    _create_work()


def _number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _create_facts() -> None:
    op.create_table(
        "facts",
        sa.Column("id", _number(), primary_key=True, autoincrement=True),
        sa.Column("campaign", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("unit", sa.String, nullable=False),
        sa.Column("form", sa.String, nullable=False),
        sa.Column("happened_at", sa.BigInteger, nullable=False),
        sa.Column("recorded_at", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("facts_by_time", "facts", ["campaign", "recorded_at", "id"])
    op.create_index("facts_by_unit", "facts", ["campaign", "unit", "recorded_at", "id"])
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


def _create_registry() -> None:
    op.create_table(
        "workbooks",
        sa.Column("campaign", sa.String, primary_key=True),
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("form", sa.String, primary_key=True),
        sa.Column("shard", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("spreadsheet_id", sa.String, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("spreadsheet_id", name="workbooks_by_spreadsheet"),
    )
    op.create_table(
        "tabs",
        sa.Column("campaign", sa.String, primary_key=True),
        sa.Column("unit", sa.String, primary_key=True),
        sa.Column("form", sa.String, primary_key=True),
        sa.Column("spreadsheet_id", sa.String, nullable=False),
        sa.Column("sheet_id", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("orphaned_at", sa.BigInteger),
        sa.UniqueConstraint("spreadsheet_id", "sheet_id", name="tabs_by_sheet"),
    )
    op.create_table(
        "masters",
        sa.Column("spreadsheet_id", sa.String, primary_key=True),
        sa.Column("fingerprint", sa.String, nullable=False),
        sa.Column("published_at", sa.BigInteger),
        sa.Column("notice", sa.Text, nullable=False),
    )
    op.create_table(
        "feedback",
        sa.Column("spreadsheet_id", sa.String, primary_key=True),
        sa.Column("sheet_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("digest", sa.String, nullable=False),
    )


def _create_runs() -> None:
    op.create_table(
        "reads",
        sa.Column("spreadsheet_id", sa.String, primary_key=True),
        sa.Column("read_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "runs",
        sa.Column("id", _number(), primary_key=True, autoincrement=True),
        sa.Column("campaign", sa.String, nullable=False),
        sa.Column("started_at", sa.BigInteger, nullable=False),
        sa.Column("finished_at", sa.BigInteger),
        sa.Column("trigger", sa.String, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("report", sa.Text),
        sa.Column("error", sa.Text),
        sqlite_autoincrement=True,
    )
    op.create_index("runs_by_campaign", "runs", ["campaign", "id"])


def _create_work() -> None:
    op.create_table(
        "work",
        sa.Column("campaign", sa.String, primary_key=True),
        sa.Column("generation", sa.BigInteger, nullable=False),
        sa.Column("dirty_since", sa.BigInteger),
        sa.Column("pending_since", sa.BigInteger),
        sa.Column("due_at", sa.BigInteger),
        sa.Column("not_before", sa.BigInteger),
        sa.Column("owner", sa.String),
        sa.Column("token", sa.BigInteger, nullable=False),
        sa.Column("lease_until", sa.BigInteger),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("error", sa.Text),
        sa.Column("failed_at", sa.BigInteger),
        sa.Column("finished_at", sa.BigInteger),
    )
    op.create_table(
        "dirty_spreadsheets",
        sa.Column("campaign", sa.String, primary_key=True),
        sa.Column("spreadsheet_id", sa.String, primary_key=True),
        sa.Column("generation", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "heartbeats",
        sa.Column("worker", sa.String, primary_key=True),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "nonces",
        sa.Column("nonce", sa.String, primary_key=True),
        sa.Column("used_at", sa.BigInteger, nullable=False),
    )
    op.create_index("nonces_by_time", "nonces", ["used_at"])
