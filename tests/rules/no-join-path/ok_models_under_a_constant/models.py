"""What stands behind a false constant is not there."""

import sys

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)

OLD = False

if OLD:

    class Loan(Base):
        __tablename__ = "loan"
        id = Column(Integer, primary_key=True)
        lender = relationship("User")

else:

    class Loan(Base):
        __tablename__ = "loan"
        id = Column(Integer, primary_key=True)
        lender_id = Column(ForeignKey("user.id"))
        lender = relationship("User", foreign_keys=lender_id)


if not OLD and sys.version_info[0] == 3:
    Loan.borrower_id = Column(ForeignKey("user.id"))
    Loan.borrower = relationship("User", foreign_keys=[Loan.borrower_id])
if sys.version_info < (3,):
    Loan.nobody = relationship("Nobody")
