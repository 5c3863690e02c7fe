"""The annotations say what was meant."""

from typing import Optional

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Category(Base):
    __tablename__ = "category"
    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[Optional[int]] = mapped_column(ForeignKey("category.id"))
    parent: Mapped[Optional["Category"]] = relationship(back_populates="children")  # finds: SG110
    children: Mapped[list["Category"]] = relationship(back_populates="parent")
