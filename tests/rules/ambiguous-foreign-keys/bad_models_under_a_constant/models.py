"""Models behind a constant, and others behind its opposite."""

import sys

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)

WITH_LOANS = True

if WITH_LOANS:

    class Loan(Base):
        __tablename__ = "loan"
        id = Column(Integer, primary_key=True)
        lender_id = Column(ForeignKey("user.id"))
        borrower_id = Column(ForeignKey("user.id"))
        lender = relationship("User")  # finds: SG101


if sys.version_info >= (3, 8):
    Loan.borrower = relationship("User")  # finds: SG101
