"""A function that returns a mixin for a target."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship
from sqlalchemy.orm import declared_attr

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)


class Shop(Base):
    __tablename__ = "shop"
    id = Column(Integer, primary_key=True)


def belongs_to(target):
    table = target.__tablename__

    class Mixin:
        @declared_attr
        def owner_id(cls):
            return Column(ForeignKey(f"{table}.id"))

        @declared_attr
        def owner(cls):
            return relationship(target.__name__, foreign_keys=[cls.owner_id])

    return Mixin


class Loan(belongs_to(User), Base):
    __tablename__ = "loan"
    id = Column(Integer, primary_key=True)
    reader_id = Column(ForeignKey("user.id"))


class Product(belongs_to(Shop), Base):
    __tablename__ = "product"
    id = Column(Integer, primary_key=True)
