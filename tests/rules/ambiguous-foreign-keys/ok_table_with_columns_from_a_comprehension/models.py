"""The keys of a table come from comprehensions with a filter and with two names."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)

ROLES = (("lender", True), ("borrower", True), ("witness", False))


class Loan(Base):
    __table__ = Table(
        "loan",
        Base.metadata,
        Column("id", Integer, primary_key=True),
        *[Column(f"{role}_id", ForeignKey("user.id")) for role, is_key in ROLES if is_key],
    )
    lender = relationship("User", foreign_keys=[__table__.c.lender_id])
    borrower = relationship("User", foreign_keys=lambda: [Loan.__table__.c.borrower_id])
