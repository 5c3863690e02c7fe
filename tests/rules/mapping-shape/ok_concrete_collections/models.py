from collections.abc import Sequence
from typing import List, Set

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "order"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))


class Customer(Base):
    __tablename__ = "customer"
    id: Mapped[int] = mapped_column(primary_key=True)
    orders: Mapped[List[Order]] = relationship()
    unique: Mapped[Set[Order]] = relationship(viewonly=True)
    made: Mapped[Sequence[Order]] = relationship(collection_class=list, viewonly=True)
