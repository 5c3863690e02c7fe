"""The class has one key of its own and inherits another from a mixin."""

from typing import Optional

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Approved:
    approved_by_id: Mapped[Optional[int]] = mapped_column(ForeignKey("user.id"))


class Order(Approved, Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    customer: Mapped["User"] = relationship()  # finds: SG101
