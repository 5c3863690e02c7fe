"""A loop in the class body writes columns under computed names."""

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
        locals()[role + "_id"] = Column(ForeignKey("user.id"))
    lender = relationship("User", foreign_keys="Loan.lender_id")
