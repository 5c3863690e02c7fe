"""Who pays for a contact can be another organization than where they work"""

from typing import Union

import sqlalchemy as sa
from alembic import op

revision: str = "018"
down_revision: Union[str, None] = "017"
branch_labels: Union[str, None] = None
depends_on: Union[str, None] = None


def upgrade() -> None:
    op.add_column("contacts", sa.Column("billing_organization_id", sa.Integer(), nullable=True))
    op.create_foreign_key(
        "fk_contacts_billing_organization_id",
        "contacts",
        "organizations",
        ["billing_organization_id"],
        ["id"],
    )


def downgrade() -> None:
    op.drop_constraint("fk_contacts_billing_organization_id", "contacts", type_="foreignkey")
    op.drop_column("contacts", "billing_organization_id")
