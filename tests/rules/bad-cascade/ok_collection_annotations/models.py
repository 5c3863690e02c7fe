from typing import Dict, List

from sqlalchemy import ForeignKey
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    WriteOnlyMapped,
    attribute_keyed_dict,
    mapped_column,
    relationship,
)


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "order"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))


class Customer(Base):
    __tablename__ = "customer"
    id: Mapped[int] = mapped_column(primary_key=True)
    orders: Mapped[List[Order]] = relationship()
    by_name: Mapped[Dict[str, Order]] = relationship(
        collection_class=attribute_keyed_dict("name"), viewonly=True
    )
    queried: WriteOnlyMapped[Order] = relationship(viewonly=True)
