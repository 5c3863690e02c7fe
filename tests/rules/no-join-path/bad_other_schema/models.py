"""The key names the table without its schema."""

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Account(Base):
    __tablename__ = "account"
    __table_args__ = {"schema": "billing"}
    id = Column(Integer, primary_key=True)


class Invoice(Base):
    __tablename__ = "invoice"
    id = Column(Integer, primary_key=True)
    account_id = Column(ForeignKey("account.id"))  # finds: SG107 warning
    account = relationship("Account")  # finds: SG103
