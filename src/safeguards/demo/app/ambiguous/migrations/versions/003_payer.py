"""somebody else may pay"""

import sqlalchemy as sa
from alembic import op

revision = "003"
down_revision = "002"


def upgrade() -> None:
    """Add who pays, where that is not the customer."""
    with op.batch_alter_table("orders") as orders:
        orders.add_column(sa.Column("payer_id", sa.Integer))
        orders.create_foreign_key("fk_orders_payer", "customers", ["payer_id"], ["id"])


def downgrade() -> None:
    """Forget who pays."""
    with op.batch_alter_table("orders") as orders:
        orders.drop_constraint("fk_orders_payer", type_="foreignkey")
        orders.drop_column("payer_id")
