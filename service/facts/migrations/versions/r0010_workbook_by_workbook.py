"""Let a run read single workbooks and write single blocks of the master: what a tab held, and what the master shows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the contents anew, with their summaries; the next run fills them again from the tabs."""
    op.drop_table("contents")
    op.create_table(
        "contents",
        sa.Column("campaign", sa.String, primary_key=True),
        sa.Column("unit", sa.String, primary_key=True),
        sa.Column("form", sa.String, primary_key=True),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("grid", sa.String, nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
    )
    op.create_table(
        "master_sheets",
        sa.Column("spreadsheet_id", sa.String, primary_key=True),
        sa.Column("title", sa.String, primary_key=True),
        sa.Column("shape", sa.String, nullable=False),
        sa.Column("blocks", sa.Text, nullable=False),
    )
    # hints: the worker sweeps when it starts
    op.drop_table("dirty_spreadsheets")
    op.create_table(
        "dirty_spreadsheets",
        sa.Column("campaign", sa.String, primary_key=True),
        sa.Column("spreadsheet_id", sa.String, primary_key=True),
        sa.Column("generation", sa.BigInteger, nullable=False),
        sa.Column("swept", sa.Boolean, nullable=False),
    )
    op.drop_table("feedback")
