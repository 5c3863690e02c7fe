from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import backref, declarative_base, relationship

Base = declarative_base()


class Customer(Base):
    __tablename__ = "customer"
    id = Column(Integer, primary_key=True)
    orders = relationship("Order", lazy="dynamic", back_populates="customer")
    eager = relationship("Order", lazy=False, viewonly=True)
    never = relationship("Order", lazy="raise_on_sql", viewonly=True)


class Order(Base):
    __tablename__ = "order"
    id = Column(Integer, primary_key=True)
    customer_id = Column(ForeignKey("customer.id"))
    customer = relationship("Customer", lazy=None, back_populates="orders")
    payer = relationship(
        "Customer", viewonly=True, backref=backref("paid", lazy="dynamic", viewonly=True)
    )
