"""A mixin gives every class its tags through one table."""

from sqlalchemy import Column, ForeignKey, Table
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Tag(Base):
    __tablename__ = "tag"
    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str]


class Tagged:
    @declared_attr
    def tags(cls) -> Mapped[list[Tag]]:
        table = Table(
            f"{cls.__tablename__}_tag",
            cls.metadata,
            Column("owner_id", ForeignKey(f"{cls.__tablename__}.id"), primary_key=True),
            Column("tag_id", ForeignKey("tag.id"), primary_key=True),
        )
        return relationship(Tag, secondary=table)


class Photo(Tagged, Base):
    __tablename__ = "photo"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]


class Video(Tagged, Base):
    __tablename__ = "video"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
