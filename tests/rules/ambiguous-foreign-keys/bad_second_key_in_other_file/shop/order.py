from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base

if TYPE_CHECKING:
    from .customer import Customer


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    referred_by_id: Mapped[Optional[int]] = mapped_column(ForeignKey("customer.id"))
    customer: Mapped[Customer] = relationship(  # finds: SG101
        back_populates="orders",
    )
