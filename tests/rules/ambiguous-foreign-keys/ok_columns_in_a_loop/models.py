"""Keys and relationships put on the class by one loop."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)


class Loan(Base):
    __tablename__ = "loan"
    id = Column(Integer, primary_key=True)


for role, required in {"lender": True, "borrower": False}.items():
    key = Column(ForeignKey("user.id"), nullable=not required)
    setattr(Loan, role + "_id", key)
    setattr(Loan, role, relationship("User", foreign_keys=[key]))
