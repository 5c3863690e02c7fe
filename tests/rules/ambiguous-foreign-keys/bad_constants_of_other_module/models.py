"""Table names are constants of another module, and of a class in it."""

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import relationship

from common import names
from common.names import Tables
from common.base import Base


class User(Base):
    __tablename__ = names.USER
    id = Column(Integer, primary_key=True)


class Loan(Base):
    __tablename__ = Tables.LOAN
    id = Column(Integer, primary_key=True)
    lender_id = Column(ForeignKey(names.USER + ".id"))
    borrower_id = Column(ForeignKey("{}.id".format(names.USER)))
    lender = relationship("User")  # finds: SG101
