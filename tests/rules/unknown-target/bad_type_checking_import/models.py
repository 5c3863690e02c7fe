"""The type checker's import renames the class; SQLAlchemy looks for the new name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm import Mapped, mapped_column, relationship

from base import Base

if TYPE_CHECKING:
    from item import Item as Thing


class Box(Base):
    __tablename__ = "box"
    id: Mapped[int] = mapped_column(primary_key=True)
    items: Mapped[list[Thing]] = relationship()  # finds: SG105
