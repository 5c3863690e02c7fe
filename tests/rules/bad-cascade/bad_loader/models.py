from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Customer(Base):
    __tablename__ = "customer"
    id = Column(Integer, primary_key=True)
    orders = relationship("Order", lazy="joinedload")  # finds: SG116
    views = relationship("Order", lazy="write_only", viewonly=True)  # finds[1.4]: SG116


class Order(Base):
    __tablename__ = "order"
    id = Column(Integer, primary_key=True)
    customer_id = Column(ForeignKey("customer.id"))
