"""A loop in the class body, whose last round gives a column without a key."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)


class Loan(Base):
    __tablename__ = "loan"
    id = Column(Integer, primary_key=True)
    for name, reference in (("lender", [ForeignKey("user.id")]), ("borrower", [])):
        key = Column(name + "_id", Integer, *reference)
    user = relationship("User")  # finds: SG103
