"""The whole path of a class in a folder without an `__init__.py`."""

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Order(Base):
    __tablename__ = "order"
    id = Column(Integer, primary_key=True)
    item_id = Column(ForeignKey("item.id"))
    item = relationship(
        "shop.orders.Item", primaryjoin="shop.orders.Order.item_id == shop.orders.Item.id"
    )


class Item(Base):
    __tablename__ = "item"
    id = Column(Integer, primary_key=True)
