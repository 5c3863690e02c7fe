from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import backref, declarative_base, relationship

Base = declarative_base()


class Customer(Base):
    __tablename__ = "customer"
    id = Column(Integer, primary_key=True)


class Order(Base):
    __tablename__ = "order"
    id = Column(Integer, primary_key=True)
    payer_id = Column(ForeignKey("customer.id"))
    taker_id = Column(ForeignKey("customer.id"))
    payer = relationship("Customer", foreign_keys=[payer_id], backref="orders")
    taker = relationship("Customer", foreign_keys=[taker_id], backref="orders")  # finds: SG118
