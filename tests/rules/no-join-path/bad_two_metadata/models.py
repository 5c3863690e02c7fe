"""A key by name does not reach into another MetaData."""

from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()
OtherBase = declarative_base()


class Account(OtherBase):
    __tablename__ = "account"
    id = Column(Integer, primary_key=True)
    name = Column(String(50))


class Invoice(Base):
    __tablename__ = "invoice"
    id = Column(Integer, primary_key=True)
    account_id = Column(ForeignKey("account.id"))  # finds: SG107 warning
    account = relationship(Account)  # finds: SG103
