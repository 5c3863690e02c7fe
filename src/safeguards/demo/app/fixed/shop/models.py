"""Customers and what they ordered."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, false
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    """The declarative base."""


class Customer(Base):
    """Somebody who orders."""

    __tablename__ = "customers"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))

    orders: Mapped[list[Order]] = relationship(
        back_populates="customer", foreign_keys="Order.customer_id"
    )


class Order(Base):
    """One thing for one customer."""

    __tablename__ = "orders"

    id: Mapped[int] = mapped_column(primary_key=True)
    item: Mapped[str] = mapped_column(String(100))
    cents: Mapped[int]
    shipped: Mapped[bool] = mapped_column(server_default=false())
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    payer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))

    customer: Mapped[Customer] = relationship(back_populates="orders", foreign_keys=[customer_id])
    payer: Mapped[Customer | None] = relationship(foreign_keys=[payer_id])
