"""Decorators with arguments that add a key and its relationship."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)


def belongs_to(target, **names):
    def decorate(cls):
        for name, table in names.items():
            setattr(cls, name + "_id", Column(ForeignKey(table + ".id")))
            key = getattr(cls, name + "_id")
            setattr(cls, name, relationship(target, foreign_keys=[key]))
        return cls

    return decorate


@belongs_to("User", lender="user", borrower="user")
class Loan(Base):
    __tablename__ = "loan"
    id = Column(Integer, primary_key=True)


@belongs_to("Loan", loan="loan")
class Note(Base):
    __tablename__ = "note"
    id = Column(Integer, primary_key=True)
