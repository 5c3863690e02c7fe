from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import backref, declarative_base, relationship

Base = declarative_base()


class Customer(Base):
    __tablename__ = "customer"
    id = Column(Integer, primary_key=True)


class Shop(Base):
    __tablename__ = "shop"
    id = Column(Integer, primary_key=True)


class Order(Base):
    __tablename__ = "order"
    id = Column(Integer, primary_key=True)
    customer_id = Column(ForeignKey("customer.id"))
    shop_id = Column(ForeignKey("shop.id"))
    customer = relationship("Customer", backref="orders")
    shop = relationship("Shop", backref="orders")
