"""A mixin's relationship names a class that is gone."""

from sqlalchemy import Column, ForeignKey, Integer, String, text
from sqlalchemy.orm import declarative_base, declared_attr, relationship

Base = declarative_base()


class Audited:
    @declared_attr
    def created_by_id(cls):
        return Column(ForeignKey("account.id"))

    @declared_attr
    def created_by(cls):
        return relationship("User", foreign_keys=[cls.created_by_id])  # finds: SG105


class Account(Base):
    __tablename__ = "account"
    id = Column(Integer, primary_key=True)
    name = Column(String(50))


class Note(Audited, Base):
    __tablename__ = "note"
    id = Column(Integer, primary_key=True)
    text = Column(String(50))
