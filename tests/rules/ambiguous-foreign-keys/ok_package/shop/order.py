from __future__ import annotations

from typing import Optional

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from . import base
from .customer import Customer


class Order(base.Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey(Customer.id))
    referred_by_id: Mapped[Optional[int]] = mapped_column(ForeignKey("customer.id"))
    customer: Mapped[Customer] = relationship(
        back_populates="orders", foreign_keys=[customer_id]
    )
