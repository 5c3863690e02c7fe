from ..extensions import db
from .base import BaseModel


class Payment(BaseModel):
    account_id = db.Column(db.ForeignKey("account.id"))
    refund_account_id = db.Column(db.ForeignKey("account.id"))
    account = db.relationship(  # finds: SG101
        "Account", back_populates="payments"
    )
