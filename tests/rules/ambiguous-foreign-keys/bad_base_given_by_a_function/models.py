"""Models on it."""

from database import Base
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import relationship


class Address(Base):
    __tablename__ = "address"
    id = Column(Integer, primary_key=True)


class Customer(Base):
    __tablename__ = "customer"
    id = Column(Integer, primary_key=True)
    billing_id = Column(ForeignKey("address.id"))
    delivery_id = Column(ForeignKey("address.id"))
    billing = relationship("Address")  # finds: SG101
