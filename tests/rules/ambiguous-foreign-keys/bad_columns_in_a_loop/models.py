"""Two keys put on the class by a loop over names."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)


class Loan(Base):
    __tablename__ = "loan"
    id = Column(Integer, primary_key=True)


for role in ("lender", "borrower"):
    setattr(Loan, f"{role}_id", Column(ForeignKey("user.id")))

Loan.lender = relationship("User")  # finds: SG101
