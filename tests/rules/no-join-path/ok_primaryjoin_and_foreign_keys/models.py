"""With a primaryjoin, foreign_keys may name any column."""

from sqlalchemy import String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]


class Post(Base):
    __tablename__ = "post"
    id: Mapped[int] = mapped_column(primary_key=True)
    author_email: Mapped[str] = mapped_column(String(100))
    author: Mapped["User"] = relationship(
        primaryjoin="Post.author_email == User.email", foreign_keys=[author_email]
    )
