"""Relationships added through the mapper, in each way there is."""

from sqlalchemy import inspect
from sqlalchemy.orm import class_mapper
from sqlalchemy.ext.declarative import declarative_base as old_base

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)


class Loan(Base):
    __tablename__ = "loan"
    id = Column(Integer, primary_key=True)
    lender_id = Column(ForeignKey("user.id"))
    borrower_id = Column(ForeignKey("user.id"))
    owner = relationship("User", foreign_keys=[lender_id], back_populates="owned")


Loan.__mapper__.add_property("lender", relationship(User, foreign_keys=[Loan.lender_id], viewonly=True))
inspect(User).add_property(
    "owned", relationship(Loan, foreign_keys=[Loan.lender_id], back_populates="owner")
)
class_mapper(User).add_properties(
    {"borrowed": relationship(Loan, foreign_keys=[Loan.borrower_id])}
)
