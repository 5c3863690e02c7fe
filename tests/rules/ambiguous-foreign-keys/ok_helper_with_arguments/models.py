"""A small function passes foreign_keys on."""

from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


def many_to_one(target, key, **options):
    return relationship(target, foreign_keys=[key], **options)


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    name = Column(String(50))


class Loan(Base):
    __tablename__ = "loan"
    id = Column(Integer, primary_key=True)
    lender_id = Column(ForeignKey("user.id"))
    borrower_id = Column(ForeignKey("user.id"))
    lender = many_to_one("User", lender_id)
    borrower = many_to_one("User", borrower_id, lazy="joined")
