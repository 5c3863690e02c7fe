from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, relationship
from sqlalchemy.orm.collections import attribute_mapped_collection

Base = declarative_base()


class Named(list):
    pass


class Customer(Base):
    __tablename__ = "customer"
    id = Column(Integer, primary_key=True)
    orders = relationship("Order", collection_class=set)
    named = relationship("Order", collection_class=Named, viewonly=True)
    by_name = relationship(
        "Order", collection_class=attribute_mapped_collection("name"), viewonly=True
    )
    first = relationship("Order", collection_class=dict, uselist=False, viewonly=True)


class Order(Base):
    __tablename__ = "order"
    id = Column(Integer, primary_key=True)
    name = Column(String)
    customer_id = Column(ForeignKey("customer.id"))
    payer = relationship("Customer", collection_class=dict, viewonly=True)
