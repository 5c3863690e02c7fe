"""remember which orders were shipped"""

import sqlalchemy as sa
from alembic import op

revision = "002"
down_revision = "001"


def upgrade() -> None:
    """Add the column; nothing was shipped so far."""
    op.add_column(
        "orders", sa.Column("shipped", sa.Boolean, nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    """Drop the column."""
    op.drop_column("orders", "shipped")
