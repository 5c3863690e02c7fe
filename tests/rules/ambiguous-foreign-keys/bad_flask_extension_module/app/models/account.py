from app.extensions import db
from app.models.base import BaseModel


class Account(BaseModel):
    payments = db.relationship("Payment", back_populates="account")  # finds: SG101
