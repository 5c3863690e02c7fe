"""The keys of a table come from a list comprehension."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)


class Loan(Base):
    __table__ = Table(
        "loan",
        Base.metadata,
        Column("id", Integer, primary_key=True),
        *[Column(f"{role}_id", ForeignKey("user.id")) for role in ("lender", "borrower")],
    )
    lender = relationship("User")  # finds: SG101
