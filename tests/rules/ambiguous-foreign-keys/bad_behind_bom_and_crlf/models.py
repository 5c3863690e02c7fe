"""Two foreign keys lead to one table and the relationship names neither."""

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
    billing = relationship("Address")  # finds: SG101
    shipping = relationship("Address")  # finds: SG101
