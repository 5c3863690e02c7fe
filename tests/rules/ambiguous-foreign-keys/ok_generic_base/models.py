"""A generic abstract base, used with and without a type argument."""

from typing import Generic, TypeVar

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, relationship

T = TypeVar("T")


class Base(DeclarativeBase):
    pass


class Keyed(Base, Generic[T]):
    __abstract__ = True

    id: Mapped[int] = mapped_column(primary_key=True)

    @declared_attr.directive
    def __tablename__(cls) -> str:
        return cls.__name__.lower()


class User(Keyed[int]):
    pass


class Loan(Keyed["Loan"]):
    lender_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    borrower_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    lender: Mapped["User"] = relationship(foreign_keys=[lender_id])
