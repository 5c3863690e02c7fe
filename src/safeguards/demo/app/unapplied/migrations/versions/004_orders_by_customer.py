"""find the orders of a customer faster"""

from alembic import op

revision = "004"
down_revision = "003"


def upgrade() -> None:
    """Add the index."""
    op.create_index("ix_orders_customer_id", "orders", ["customer_id"])


def downgrade() -> None:
    """Drop the index."""
    op.drop_index("ix_orders_customer_id", "orders")
