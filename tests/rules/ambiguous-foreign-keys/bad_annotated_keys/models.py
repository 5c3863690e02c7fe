"""The key comes from an Annotated type."""

from typing import Annotated, Optional

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


intpk = Annotated[int, mapped_column(primary_key=True)]
user_fk = Annotated[int, mapped_column(ForeignKey("user.id"))]


class User(Base):
    __tablename__ = "user"
    id: Mapped[intpk]


class Review(Base):
    __tablename__ = "review"
    id: Mapped[intpk]
    author_id: Mapped[user_fk]
    subject_id: Mapped[Optional[user_fk]]
    author: Mapped["User"] = relationship()  # finds: SG101
