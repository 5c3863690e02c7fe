from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship
from sqlalchemy.orm.relationships import RelationshipProperty
from sqlalchemy.orm.strategies import LazyLoader

Base = declarative_base()


@RelationshipProperty.strategy_for(lazy="bulk")
class BulkLoader(LazyLoader):
    pass


class Customer(Base):
    __tablename__ = "customer"
    id = Column(Integer, primary_key=True)
    orders = relationship("Order", lazy="bulk")


class Order(Base):
    __tablename__ = "order"
    id = Column(Integer, primary_key=True)
    customer_id = Column(ForeignKey("customer.id"))
