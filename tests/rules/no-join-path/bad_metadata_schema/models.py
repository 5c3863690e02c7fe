"""The MetaData puts every table into a schema."""

from sqlalchemy import Column, ForeignKey, Integer, MetaData, String
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base(metadata=MetaData(schema="billing"))


class Account(Base):
    __tablename__ = "account"
    id = Column(Integer, primary_key=True)
    name = Column(String(50))


class Invoice(Base):
    __tablename__ = "invoice"
    id = Column(Integer, primary_key=True)
    account_id = Column(ForeignKey("accounting.account.id"))  # finds: SG107 warning
    account = relationship("Account")  # finds: SG103
