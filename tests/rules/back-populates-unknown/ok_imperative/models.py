"""Classical mapping of a pair."""

from sqlalchemy import Column, ForeignKey, Integer, Table
from sqlalchemy.orm import registry, relationship

reg = registry()


class Author:
    pass


class Book:
    pass


authors = Table("authors", reg.metadata, Column("id", Integer, primary_key=True))
books = Table(
    "books",
    reg.metadata,
    Column("id", Integer, primary_key=True),
    Column("author_id", ForeignKey("authors.id")),
)
reg.map_imperatively(
    Author, authors, properties={"books": relationship(Book, back_populates="author")}
)
reg.map_imperatively(
    Book, books, properties={"author": relationship(Author, back_populates="books")}
)
