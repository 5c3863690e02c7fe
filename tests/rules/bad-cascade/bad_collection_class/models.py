import collections

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import backref, declarative_base, relationship

Base = declarative_base()


class Customer(Base):
    __tablename__ = "customer"
    id = Column(Integer, primary_key=True)
    orders = relationship("Order", collection_class=dict)  # finds: SG116
    fixed = relationship("Order", collection_class=tuple, viewonly=True)  # finds: SG116
    named = relationship("Order", collection_class="list", viewonly=True)  # finds: SG116
    queue = relationship(  # finds: SG116
        "Order", collection_class=collections.deque, viewonly=True
    )


class Order(Base):
    __tablename__ = "order"
    id = Column(Integer, primary_key=True)
    customer_id = Column(ForeignKey("customer.id"))
    payer = relationship(  # finds: SG116
        "Customer", viewonly=True, backref=backref("paid", collection_class=dict, viewonly=True)
    )
