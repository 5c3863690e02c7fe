"""A base with a metaclass of its own, and a class called by that metaclass."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship
from sqlalchemy.orm import DeclarativeMeta


class Meta(DeclarativeMeta):
    pass


Base = declarative_base(metaclass=Meta)


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)


Loan = Meta(
    "Loan",
    (Base,),
    {
        "__tablename__": "loan",
        "id": Column(Integer, primary_key=True),
        "lender_id": Column(ForeignKey("user.id")),
        "lender": relationship("User", back_populates="loans"),
    },
)
User.loans = relationship("Loan", back_populates="lender")
