"""The base class is made by a decorator."""

from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import as_declarative, declared_attr, relationship


@as_declarative()
class Base:
    id = Column(Integer, primary_key=True)

    @declared_attr
    def __tablename__(cls):
        return cls.__name__.lower()


class User(Base):
    name = Column(String(50))


class Loan(Base):
    lender_id = Column(ForeignKey("user.id"))
    borrower_id = Column(ForeignKey("user.id"))
    borrower = relationship("User")  # finds: SG101
