"""The schema is not known from the text, but it is the same one everywhere."""

import os

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

SCHEMA = os.environ.get("SHOP_SCHEMA", "shop")
Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    __table_args__ = {"schema": SCHEMA}
    id = Column(Integer, primary_key=True)


class Order(Base):
    __tablename__ = "order"
    __table_args__ = {"schema": SCHEMA}
    id = Column(Integer, primary_key=True)
    buyer_id = Column(Integer, ForeignKey(f"{SCHEMA}.user.id"))
    payer_id = Column(Integer, ForeignKey(SCHEMA + ".user.id"))
    buyer = relationship("User")  # finds: SG101
    payer = relationship("User", foreign_keys=[payer_id])
