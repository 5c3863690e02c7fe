"""Names bound inside a call, used after it."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)


class Loan(Base):
    __table__ = (
        table := Table(
            "loan",
            Base.metadata,
            Column("id", Integer, primary_key=True),
            (lender_key := Column("lender_id", ForeignKey("user.id"))),
            Column("borrower_id", ForeignKey("user.id")),
        )
    )
    lender = relationship("User", foreign_keys=[lender_key])
    borrower = relationship("User", foreign_keys=[table.c.borrower_id])
    if (spare := "user.id"):
        witness_id = None
