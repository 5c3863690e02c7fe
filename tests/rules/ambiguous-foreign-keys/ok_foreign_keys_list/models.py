"""Each relationship names its key."""

from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Address(Base):
    __tablename__ = "address"
    id = Column(Integer, primary_key=True)
    street = Column(String(200))


class Invoice(Base):
    __tablename__ = "invoice"
    id = Column(Integer, primary_key=True)
    billing_id = Column(Integer, ForeignKey("address.id"))
    shipping_id = Column(Integer, ForeignKey("address.id"))
    billing = relationship("Address", foreign_keys=[billing_id])
    shipping = relationship("Address", foreign_keys=shipping_id)
