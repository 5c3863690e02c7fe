"""foreign_keys picks the key and says nothing of the direction."""

from typing import Optional

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Task(Base):
    __tablename__ = "task"
    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[Optional[int]] = mapped_column(ForeignKey("task.id"))
    blocked_by_id: Mapped[Optional[int]] = mapped_column(ForeignKey("task.id"))
    blocked_by: Mapped[Optional["Task"]] = relationship(foreign_keys=[blocked_by_id])  # finds: SG110 warning
    parent: Mapped[Optional["Task"]] = relationship(foreign_keys=[parent_id], remote_side=[id])
