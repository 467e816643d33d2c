"""Create the table of what each tab holds: its entries and problems as last read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the contents."""
    op.create_table(
        "contents",
        sa.Column("campaign", sa.String, primary_key=True),
        sa.Column("unit", sa.String, primary_key=True),
        sa.Column("form", sa.String, primary_key=True),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
    )
