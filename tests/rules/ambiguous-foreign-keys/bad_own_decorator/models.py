"""A decorator that gives each class a key more and returns the class."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)

KNOWN = []


def remembered(cls):
    KNOWN.append(cls)
    return cls


def witnessed(cls):
    cls.witness_id = Column(ForeignKey("user.id"))
    return cls


@remembered
@witnessed
class Loan(Base):
    __tablename__ = "loan"
    id = Column(Integer, primary_key=True)
    lender_id = Column(ForeignKey("user.id"))


Loan.lender = relationship("User")  # finds: SG101
