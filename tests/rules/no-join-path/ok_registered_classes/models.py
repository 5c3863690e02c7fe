"""A decorator registers classes, and a loop over them adds the key."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)

MODELS = []


def registered(cls):
    MODELS.append(cls)
    return cls


@registered
class Loan(Base):
    __tablename__ = "loan"
    id = Column(Integer, primary_key=True)
    lender = relationship("User")


for model in MODELS:
    model.lender_id = Column(ForeignKey("user.id"))
