"""relation() and dynamic_loader(), old names of relationship()."""

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, dynamic_loader, relation

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    loans = dynamic_loader("Loan", foreign_keys="Loan.lender_id", back_populates="lender")


class Loan(Base):
    __tablename__ = "loan"
    id = Column(Integer, primary_key=True)
    lender_id = Column(ForeignKey("user.id"))
    borrower_id = Column(ForeignKey("user.id"))
    lender = relation("User", foreign_keys=[lender_id], back_populates="loans")
