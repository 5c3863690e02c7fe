from typing import ClassVar, List

from sqlalchemy import ForeignKey, MetaData
from sqlalchemy.orm import (
    DeclarativeBase,
    DynamicMapped,
    Mapped,
    declared_attr,
    mapped_column,
    relationship,
)


class Base(DeclarativeBase):
    metadata = MetaData()


class Author(Base):
    __tablename__ = "author"
    kinds: ClassVar[List[str]] = ["novel"]
    limit = 3
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    books: Mapped[List["Book"]] = relationship(back_populates="author")
    latest: DynamicMapped["Book"] = relationship(viewonly=True)


class Book(Base):
    __tablename__ = "book"
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("author.id"))

    @declared_attr
    def author(cls) -> Mapped[Author]:
        return relationship("Author", back_populates="books")
