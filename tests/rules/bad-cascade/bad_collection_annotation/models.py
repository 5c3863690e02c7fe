from typing import Dict, Tuple

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
    orders: Mapped[Dict[str, Order]] = relationship()  # finds: SG116
    by_name: Mapped[dict[str, "Order"]] = relationship(viewonly=True)  # finds: SG116
    fixed: Mapped[Tuple[Order]] = relationship(viewonly=True)  # finds: SG116
