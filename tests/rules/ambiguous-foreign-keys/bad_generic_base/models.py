"""Generic bases: Base[T] and mixins with a type argument."""

from typing import Generic, TypeVar

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

T = TypeVar("T")


class Base(DeclarativeBase):
    pass


class Keyed(Generic[T]):
    id: Mapped[int] = mapped_column(primary_key=True)
    editor_id: Mapped[int] = mapped_column(ForeignKey("user.id"))


class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)


class Loan(Keyed[int], Base):
    __tablename__ = "loan"
    lender_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    lender: Mapped["User"] = relationship()  # finds: SG101
