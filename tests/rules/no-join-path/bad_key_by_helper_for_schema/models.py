"""A helper puts the schema before the name of a table, and one table has none."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()

SCHEMA = "sales"


def apply_schema(name):
    return f"{SCHEMA}.{name}" if SCHEMA else name


class User(Base):
    __tablename__ = "user"
    __table_args__ = {"schema": SCHEMA}
    id = Column(Integer, primary_key=True)


class Shop(Base):
    __tablename__ = "shop"
    id = Column(Integer, primary_key=True)


class Loan(Base):
    __tablename__ = "loan"
    __table_args__ = {"schema": SCHEMA}
    id = Column(Integer, primary_key=True)
    user_id = Column(ForeignKey(apply_schema("user.id")))
    shop_id = Column(ForeignKey(apply_schema("shop.id")))  # finds: SG107 warning
    user = relationship("User")
    shop = relationship("Shop")  # finds: SG103
