"""registry.mapped as a decorator, without a base class."""

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import registry, relationship

reg = registry()


@reg.mapped
class Account:
    __tablename__ = "account"
    id = Column(Integer, primary_key=True)


@reg.mapped
class Payment:
    __tablename__ = "payment"
    id = Column(Integer, primary_key=True)
    payer_id = Column(ForeignKey("account.id"))
    payee_id = Column(ForeignKey("account.id"))
    payer = relationship("Account")  # finds: SG101
