"""Two keys in a single-table hierarchy need no join."""

from typing import Optional

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Task(Base):
    __tablename__ = "task"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "task"}


class SubTask(Task):
    parent_id: Mapped[Optional[int]] = mapped_column(ForeignKey("task.id"))
    blocked_by_id: Mapped[Optional[int]] = mapped_column(ForeignKey("task.id"))
    __mapper_args__ = {"polymorphic_identity": "subtask"}
