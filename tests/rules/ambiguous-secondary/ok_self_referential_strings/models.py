"""String joins on both sides."""

from sqlalchemy import Column, ForeignKey, Table
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    following: Mapped[list["User"]] = relationship(
        secondary="follows",
        primaryjoin="User.id == follows.c.follower_id",
        secondaryjoin="User.id == follows.c.followed_id",
        back_populates="followers",
    )
    followers: Mapped[list["User"]] = relationship(
        secondary="follows",
        primaryjoin="User.id == follows.c.followed_id",
        secondaryjoin="User.id == follows.c.follower_id",
        back_populates="following",
    )


follows = Table(
    "follows",
    Base.metadata,
    Column("follower_id", ForeignKey("user.id"), primary_key=True),
    Column("followed_id", ForeignKey("user.id"), primary_key=True),
)
