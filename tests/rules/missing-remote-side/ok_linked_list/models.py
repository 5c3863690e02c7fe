"""One-to-one with itself: the side that is many-to-one has remote_side."""

from typing import Optional

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Step(Base):
    __tablename__ = "step"
    id: Mapped[int] = mapped_column(primary_key=True)
    previous_id: Mapped[Optional[int]] = mapped_column(ForeignKey("step.id"), unique=True)
    previous: Mapped[Optional["Step"]] = relationship(remote_side=[id], back_populates="next")
    next: Mapped[Optional["Step"]] = relationship(back_populates="previous")
