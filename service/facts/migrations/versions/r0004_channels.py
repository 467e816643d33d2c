"""Create the registry of push channels."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the channels."""
    op.create_table(
        "channels",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("spreadsheet_id", sa.String, nullable=False),
        sa.Column("address", sa.String, nullable=False),
        sa.Column("token_hash", sa.String, nullable=False),
        sa.Column("resource_id", sa.String, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("last_number", sa.BigInteger, nullable=False),
    )
    op.create_index("channels_by_spreadsheet", "channels", ["spreadsheet_id"])
