"""A function that returns a mixin for a name."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship
from sqlalchemy.orm import declared_attr

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)


def belongs_to(role):
    class Mixin:
        pass

    setattr(Mixin, f"{role}_id", declared_attr(lambda cls: Column(ForeignKey("user.id"))))
    return Mixin


class Loan(belongs_to("lender"), belongs_to("borrower"), Base):
    __tablename__ = "loan"
    id = Column(Integer, primary_key=True)
    lender = relationship("User")  # finds: SG101
