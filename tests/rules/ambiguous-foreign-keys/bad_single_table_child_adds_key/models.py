"""A single-table child puts its key into the parent's table."""

from typing import Optional

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Event(Base):
    __tablename__ = "event"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    creator_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    creator: Mapped["User"] = relationship()  # finds: SG101
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "event"}


class Approval(Event):
    approver_id: Mapped[Optional[int]] = mapped_column(ForeignKey("user.id"))
    __mapper_args__ = {"polymorphic_identity": "approval"}
