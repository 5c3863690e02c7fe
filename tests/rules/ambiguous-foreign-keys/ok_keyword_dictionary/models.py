"""Options from a dictionary."""

from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()
EAGER = {"lazy": "joined", "innerjoin": True}


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    name = Column(String(50))


class Loan(Base):
    __tablename__ = "loan"
    id = Column(Integer, primary_key=True)
    lender_id = Column(ForeignKey("user.id"))
    borrower_id = Column(ForeignKey("user.id"))
    lender = relationship("User", foreign_keys=[lender_id], **EAGER)
    borrower = relationship("User", **{"foreign_keys": [borrower_id], **EAGER})
