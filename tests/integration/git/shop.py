"""A small application whose models are right, and the pieces that make them wrong."""

from __future__ import annotations

BASE = """\
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass
"""

CUSTOMER = """\
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.base import Base


class Customer(Base):
    __tablename__ = "customer"
    id: Mapped[int] = mapped_column(primary_key=True)
    orders = relationship("Order")
"""

ORDER = """\
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.base import Base


class Order(Base):
    __tablename__ = "order"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
"""

SECOND_KEY = '    billed_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))\n'
"""Added to Order it makes Customer.orders, in the other file, ambiguous (SG101)."""

TO_CUSTOMER = '    customer = relationship("Customer", viewonly=True)\n'
TO_INVOICE = '    invoice = relationship("Invoice")\n'
"""Added to Order without an Invoice anywhere: an unknown target (SG105)."""

INVOICE = """\
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from shop.base import Base


class Invoice(Base):
    __tablename__ = "invoice"
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"))
"""

CATEGORY = """\
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.base import Base


class Category(Base):
    __tablename__ = "category"
    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"))
    parent: Mapped["Category"] = relationship("Category")
"""
"""A parent that means the children: no error in SQLAlchemy, so a warning (SG110)."""

FILES = {
    "shop/__init__.py": "",
    "shop/base.py": BASE,
    "shop/customer.py": CUSTOMER,
    "shop/order.py": ORDER,
}
