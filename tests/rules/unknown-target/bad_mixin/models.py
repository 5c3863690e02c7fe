"""A mixin is not mapped either."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Taggable:
    label: Mapped[str]


class Tag(Taggable, Base):
    __tablename__ = "tag"
    id: Mapped[int] = mapped_column(primary_key=True)
    photo_id: Mapped[int] = mapped_column(ForeignKey("photo.id"))


class Photo(Base):
    __tablename__ = "photo"
    id: Mapped[int] = mapped_column(primary_key=True)
    tags: Mapped[list["Tag"]] = relationship()
    labels: Mapped[list["Taggable"]] = relationship()  # finds: SG105
