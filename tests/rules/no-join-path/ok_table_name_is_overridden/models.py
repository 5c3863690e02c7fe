"""A child class's __tablename__ wins over the mixin's."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Plural:
    @declared_attr.directive
    def __tablename__(cls) -> str:
        return cls.__name__.lower() + "s"

    id: Mapped[int] = mapped_column(primary_key=True)


class Author(Plural, Base):
    books: Mapped[list["Book"]] = relationship(back_populates="author")


class Book(Plural, Base):
    __tablename__ = "publication"
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"))
    author: Mapped["Author"] = relationship(back_populates="books")


class Review(Plural, Base):
    book_id: Mapped[int] = mapped_column(ForeignKey("publication.id"))
    book: Mapped["Book"] = relationship()
