"""The name of a plain class that is not mapped."""

from sqlalchemy import Column, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Money:
    pass


class Price(Base):
    __tablename__ = "price"
    id = Column(Integer, primary_key=True)
    amount = relationship("Money")  # finds: SG105
