"""The class replaces the relationship and a column that the mixin brings."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Owned:
    owner_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    @declared_attr
    def owner(cls) -> Mapped["User"]:
        return relationship("User")


class Photo(Owned, Base):
    __tablename__ = "photo"
    id: Mapped[int] = mapped_column(primary_key=True)
    editor_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    owner: Mapped["User"] = relationship(foreign_keys="Photo.owner_id")


class Video(Owned, Base):
    __tablename__ = "video"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("user.id"), unique=True)
