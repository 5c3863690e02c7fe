"""A tree that also knows its root."""

from typing import Optional

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Node(Base):
    __tablename__ = "node"
    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[Optional[int]] = mapped_column(ForeignKey("node.id"))
    root_id: Mapped[Optional[int]] = mapped_column(ForeignKey("node.id"))
    children: Mapped[list["Node"]] = relationship()  # finds: SG101
    root: Mapped[Optional["Node"]] = relationship(foreign_keys=[root_id], remote_side=[id])
