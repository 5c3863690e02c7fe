"""Type parameters of a class and type aliases by statement."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

type Key = int


class Base(DeclarativeBase):
    type_annotation_map = {}


class Keyed[T]:
    id: Mapped[int] = mapped_column(primary_key=True)


class User(Keyed[int], Base):
    __tablename__ = "user"
    loans: Mapped[list["Loan"]] = relationship(back_populates="lender")


class Loan(Keyed[str], Base):
    __tablename__ = "loan"
    lender_id: Mapped[Key] = mapped_column(ForeignKey("user.id"))
    lender: Mapped["User"] = relationship(back_populates="loans")
