"""__init_subclass__ takes what the class statement says."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)


class Owned:
    def __init_subclass__(cls, owner=None, **options):
        cls.__tablename__ = cls.__name__.lower()
        if owner is not None:
            cls.owner_id = Column(ForeignKey(owner))
        super().__init_subclass__(**options)


class Loan(Owned, Base, owner="user.id"):
    id = Column(Integer, primary_key=True)
    lender_id = Column(ForeignKey("user.id"))
    lender = relationship("User", foreign_keys=lender_id)


class Gift(Owned, Base):
    id = Column(Integer, primary_key=True)
    loan_id = Column(ForeignKey("loan.id"))
    loan = relationship("Loan")
