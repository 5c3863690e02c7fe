"""A mixin writes its join as an f-string with the class name."""

from typing import Optional

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Tracked:
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    deleted_by_id: Mapped[Optional[int]] = mapped_column(ForeignKey("user.id"))

    @declared_attr
    def created_by(cls) -> Mapped["User"]:
        return relationship("User", primaryjoin=f"{cls.__name__}.created_by_id == User.id")


class Ticket(Tracked, Base):
    __tablename__ = "ticket"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
