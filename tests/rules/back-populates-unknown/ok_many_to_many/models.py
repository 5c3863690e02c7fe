"""Through an association table in another file."""

from sqlalchemy.orm import Mapped, mapped_column, relationship
from tables import post_tag

from base import Base


class Post(Base):
    __tablename__ = "post"
    id: Mapped[int] = mapped_column(primary_key=True)
    tags: Mapped[set["Tag"]] = relationship(secondary=post_tag, back_populates="posts")


class Tag(Base):
    __tablename__ = "tag"
    id: Mapped[int] = mapped_column(primary_key=True)
    posts: Mapped[set["Post"]] = relationship(secondary=post_tag, back_populates="tags")
