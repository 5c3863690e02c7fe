"""Relationships and columns by functools.partial."""

from functools import partial

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()

required = partial(Column, Integer, nullable=False)
viewed = partial(relationship, viewonly=True)


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)


class Loan(Base):
    __tablename__ = "loan"
    id = Column(Integer, primary_key=True)
    lender_id = required(ForeignKey("user.id"))
    borrower_id = required(ForeignKey("user.id"))
    lender = viewed("User")  # finds: SG101
