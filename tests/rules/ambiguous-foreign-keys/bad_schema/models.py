"""Tables in a schema of their own."""

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Account(Base):
    __tablename__ = "account"
    __table_args__ = {"schema": "billing"}
    id = Column(Integer, primary_key=True)


class Transfer(Base):
    __tablename__ = "transfer"
    __table_args__ = {"schema": "billing"}
    id = Column(Integer, primary_key=True)
    source_id = Column(ForeignKey("billing.account.id"))
    target_id = Column(ForeignKey("billing.account.id"))
    source = relationship("Account")  # finds: SG101
