"""The key comes from an Annotated type in another file."""

from sqlalchemy.orm import Mapped, relationship

from common import Base, intpk, user_fk


class User(Base):
    __tablename__ = "user"
    id: Mapped[intpk]


class Review(Base):
    __tablename__ = "review"
    id: Mapped[intpk]
    author_id: Mapped[user_fk]
    author: Mapped["User"] = relationship()
