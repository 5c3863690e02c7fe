"""Bases by @as_declarative and @registry.as_declarative_base, with @declarative_mixin."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship
from sqlalchemy.orm import as_declarative, declared_attr, registry


def declarative_mixin(cls):
    return cls


@declarative_mixin
class Keyed:
    id = Column(Integer, primary_key=True)


@as_declarative()
class Base:
    @declared_attr
    def __tablename__(cls):
        return cls.__name__.lower()


class User(Keyed, Base):
    pass


class Loan(Keyed, Base):
    lender_id = Column(ForeignKey("user.id"))
    lender = relationship("User")


reg = registry()


@reg.as_declarative_base()
class Other:
    pass


class Thing(Other):
    __tablename__ = "thing"
    id = Column(Integer, primary_key=True)
    whole_id = Column(ForeignKey("thing.id"))
    parts = relationship("Thing")
