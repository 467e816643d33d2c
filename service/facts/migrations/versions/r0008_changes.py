"""Let channels be on all changes, and keep where a campaign stands in them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Say of each channel whose it is and what it is on; create the watches."""
    op.add_column("channels", sa.Column("campaign", sa.String, nullable=False, server_default=""))
    op.add_column("channels", sa.Column("kind", sa.String, nullable=False, server_default="file"))
    op.add_column("channels", sa.Column("told_at", sa.BigInteger))
    op.add_column("channels", sa.Column("stop_at", sa.BigInteger))
    op.execute(
        "UPDATE channels SET campaign = COALESCE((SELECT campaign FROM workbooks "
        "WHERE workbooks.spreadsheet_id = channels.spreadsheet_id), '')"
    )
    op.create_index("channels_by_campaign", "channels", ["campaign"])
    op.create_table(
        "watches",
        sa.Column("campaign", sa.String, primary_key=True),
        sa.Column("page_token", sa.String, nullable=False),
        sa.Column("pushes", sa.BigInteger, nullable=False),
        sa.Column("look_at", sa.BigInteger),
        sa.Column("retry_at", sa.BigInteger),
        sa.Column("refusal", sa.String, nullable=False),
    )
