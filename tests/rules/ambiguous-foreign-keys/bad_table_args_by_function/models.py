"""__table_args__ built by a function, with a second key to one table."""

from sqlalchemy import ForeignKeyConstraint

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship
from sqlalchemy.orm import declared_attr

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)


def keys(*columns, **options):
    return tuple(ForeignKeyConstraint([c], ["user.id"]) for c in columns) + (options,)


class Loan(Base):
    __tablename__ = "loan"
    id = Column(Integer, primary_key=True)
    lender_id = Column(Integer)
    borrower_id = Column(Integer)
    lender = relationship("User")  # finds: SG101

    @declared_attr
    def __table_args__(cls):
        return keys("lender_id", "borrower_id", comment="loans")
