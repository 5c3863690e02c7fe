"""The other side comes from a mixin."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    photos: Mapped[list["Photo"]] = relationship(back_populates="owner")
    videos: Mapped[list["Video"]] = relationship(back_populates="owner")


class Owned:
    owner_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    @declared_attr
    def owner(cls) -> Mapped["User"]:
        return relationship("User", back_populates=f"{cls.__name__.lower()}s")


class Photo(Owned, Base):
    __tablename__ = "photo"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]


class Video(Owned, Base):
    __tablename__ = "video"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
