"""A self-referential backref."""

from sqlalchemy import Column, ForeignKey, Table
from sqlalchemy.orm import DeclarativeBase, Mapped, backref, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    blocked: Mapped[list["User"]] = relationship(secondary="block", backref="blocked_by")  # finds: SG102


Table(
    "block",
    Base.metadata,
    Column("user_id", ForeignKey("user.id"), primary_key=True),
    Column("blocked_id", ForeignKey("user.id"), primary_key=True),
)
