"""Two bases that share a MetaData, and a target given as a class."""

from sqlalchemy import Column, ForeignKey, Integer, MetaData, String
from sqlalchemy.orm import declarative_base, relationship

metadata = MetaData()
Base = declarative_base(metadata=metadata)
OtherBase = declarative_base(metadata=metadata)


class Account(OtherBase):
    __tablename__ = "account"
    id = Column(Integer, primary_key=True)
    name = Column(String(50))


class Invoice(Base):
    __tablename__ = "invoice"
    id = Column(Integer, primary_key=True)
    account_id = Column(ForeignKey("account.id"))
    account = relationship(Account)
