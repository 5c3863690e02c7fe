from sqlalchemy import Column, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Customer(Base):
    __tablename__ = "customer"
    id = Column(Integer, primary_key=True)


class Order(Base):
    __tablename__ = "order"
    id = Column(Integer, primary_key=True)
    customers = relationship("Customer", secondary=order_customer)  # finds: SG105
