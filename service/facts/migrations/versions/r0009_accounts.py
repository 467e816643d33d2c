"""Create the accounts by which grants were used: the first that came with a grant's address holds it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the accounts."""
    op.create_table(
        "accounts",
        sa.Column("grant_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("issuer", sa.String, primary_key=True),
        sa.Column("subject_hash", sa.String, nullable=False),
        sa.Column("bound_at", sa.BigInteger, nullable=False),
        sa.Column("other_at", sa.BigInteger),
    )
