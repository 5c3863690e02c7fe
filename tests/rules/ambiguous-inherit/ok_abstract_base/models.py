"""An abstract base is no parent table."""

from typing import Optional

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Named(Base):
    __abstract__ = True
    name: Mapped[str]


class Person(Named):
    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    best_friend_id: Mapped[Optional[int]] = mapped_column(ForeignKey("person.id"))
    rival_id: Mapped[Optional[int]] = mapped_column(ForeignKey("person.id"))


class Pet(Named):
    __tablename__ = "pet"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    sitter_id: Mapped[Optional[int]] = mapped_column(ForeignKey("person.id"))
