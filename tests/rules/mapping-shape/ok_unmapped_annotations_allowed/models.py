from typing import ClassVar, List

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column, relationship


class Base(DeclarativeBase):
    __allow_unmapped__ = True


class Order(Base):
    __tablename__ = "order"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))


class Customer(Base):
    __tablename__ = "customer"
    id: Mapped[int] = mapped_column(primary_key=True)
    orders: List[Order] = relationship("Order")
    name: str


class Strict(MappedAsDataclass, DeclarativeBase):
    pass


class Note(Strict):
    __tablename__ = "note"
    id: Mapped[int] = mapped_column(primary_key=True)
    limit: ClassVar[int] = 3
    text: str
