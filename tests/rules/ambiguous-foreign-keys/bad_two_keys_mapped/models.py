"""The target comes from the annotation."""

from typing import Optional

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Address(Base):
    __tablename__ = "address"
    id: Mapped[int] = mapped_column(primary_key=True)
    street: Mapped[str]


class Invoice(Base):
    __tablename__ = "invoice"
    id: Mapped[int] = mapped_column(primary_key=True)
    billing_id: Mapped[int] = mapped_column(ForeignKey("address.id"))
    shipping_id: Mapped[Optional[int]] = mapped_column(ForeignKey("address.id"))
    billing: Mapped["Address"] = relationship()  # finds: SG101
    shipping: Mapped[Optional["Address"]] = relationship()  # finds: SG101
