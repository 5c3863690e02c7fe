"""A mixin brings the second key."""

from typing import Optional

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Document(Base):
    __tablename__ = "document"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]


class Superseded:
    superseded_by_id: Mapped[Optional[int]] = mapped_column(ForeignKey("document.id"))


class Contract(Superseded, Document):  # finds: SG104
    __tablename__ = "contract"
    id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
