"""A function that returns a function that makes classes."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)


def maker(base, suffix=""):
    def make(name):
        class Model(base):
            __tablename__ = name + suffix
            id = Column(Integer, primary_key=True)
            lender_id = Column(ForeignKey("user.id"))
            borrower_id = Column(ForeignKey("user.id"))
            lender = relationship("User", foreign_keys=[lender_id])

        return Model

    return make


make = maker(Base, suffix="s")
Loan, Gift = make("loan"), make("gift")
Loan.gift_id = Column(ForeignKey("gifts.id"))
Loan.gift = relationship(Gift)
