"""A key that a @declarative_mixin brings goes to another table than the relationship."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship
from sqlalchemy.orm import as_declarative, declarative_mixin, declared_attr


@as_declarative()
class Base:
    id = Column(Integer, primary_key=True)


@declarative_mixin
class Owned:
    @declared_attr
    def owner_id(cls):
        return Column(ForeignKey("person.id"))


class Person(Base):
    __tablename__ = "person"


class User(Base):
    __tablename__ = "user"


class Loan(Owned, Base):
    __tablename__ = "loan"
    owner = relationship("User")  # finds: SG103
