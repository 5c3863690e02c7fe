"""One call in a loop, ambiguous each time."""

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


for role in ["lender", "borrower"]:
    setattr(Loan, role, relationship("User"))  # finds: SG101
