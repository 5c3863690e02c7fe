from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy import orm

Base = orm.declarative_base()


def relationship(target, note=""):
    return orm.relationship(target, info={"note": note})


class Customer(Base):
    __tablename__ = "customer"
    id = Column(Integer, primary_key=True)
    orders = relationship("Order", note="all of them")


class Order(Base):
    __tablename__ = "order"
    id = Column(Integer, primary_key=True)
    customer_id = Column(ForeignKey("customer.id"))
