"""A small function makes the relationship; the fault is where it is called."""

from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


def many_to_one(target):
    return relationship(target, lazy="joined")


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    name = Column(String(50))


class Loan(Base):
    __tablename__ = "loan"
    id = Column(Integer, primary_key=True)
    lender_id = Column(ForeignKey("user.id"))
    borrower_id = Column(ForeignKey("user.id"))
    lender = many_to_one("User")  # finds: SG101
