"""Remember which group a spreadsheet is shared with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the group's address; blank says that it is shared address by address."""
    op.add_column("workbooks", sa.Column("group_address", sa.String, nullable=False, server_default=""))
