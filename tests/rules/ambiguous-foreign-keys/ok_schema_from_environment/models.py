"""A schema that the text does not tell may be none at all."""

import os

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

SCHEMA = os.environ.get("NO_SUCH_SCHEMA")
PREFIX = f"{SCHEMA}." if SCHEMA else ""
Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    __table_args__ = {"schema": SCHEMA}
    id = Column(Integer, primary_key=True)


class Order(Base):
    __tablename__ = "order"
    __table_args__ = {"schema": SCHEMA}
    id = Column(Integer, primary_key=True)
    buyer_id = Column(Integer, ForeignKey(f"{PREFIX}user.id"))
    buyer = relationship("User")


class Refund(Base):
    __tablename__ = "refund"
    id = Column(Integer, primary_key=True)
    user_id = Column(Integer, ForeignKey("user.id"))
    user = relationship("User")
