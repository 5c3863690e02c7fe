"""A self-reference without a key."""

from typing import Optional

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Category(Base):
    __tablename__ = "category"
    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[Optional[int]]
    children: Mapped[list["Category"]] = relationship()  # finds: SG103
