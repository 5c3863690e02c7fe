"""The schema comes from the MetaData."""

from sqlalchemy import Column, ForeignKey, Integer, MetaData, String
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base(metadata=MetaData(schema="core"))


class Account(Base):
    __tablename__ = "account"
    id = Column(Integer, primary_key=True)
    name = Column(String(50))


class Transfer(Base):
    __tablename__ = "transfer"
    id = Column(Integer, primary_key=True)
    source_id = Column(ForeignKey("core.account.id"))
    target_id = Column(ForeignKey(Account.id))
    source = relationship(Account)  # finds: SG101
