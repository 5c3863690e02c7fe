"""A small function makes the key columns."""

from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


def key_to(table, **options):
    return Column(Integer, ForeignKey(f"{table}.id", ondelete="CASCADE"), **options)


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    name = Column(String(50))


class Loan(Base):
    __tablename__ = "loan"
    id = Column(Integer, primary_key=True)
    lender_id = key_to("user", nullable=False)
    borrower_id = key_to("user")
    lender = relationship("User")  # finds: SG101
