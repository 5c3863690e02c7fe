"""An abstract base gives every table an owner."""

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, declared_attr, relationship

Base = declarative_base()


class Owned(Base):
    __abstract__ = True

    @declared_attr
    def owner_id(cls):
        return Column(ForeignKey("account.id"))


class Account(Base):
    __tablename__ = "account"
    id = Column(Integer, primary_key=True)
    files = relationship("File")  # finds: SG101


class File(Owned):
    __tablename__ = "file"
    id = Column(Integer, primary_key=True)
    shared_with_id = Column(ForeignKey("account.id"))
