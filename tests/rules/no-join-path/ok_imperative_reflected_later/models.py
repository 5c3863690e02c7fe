"""The keys of both tables are plain."""

from sqlalchemy import Column, ForeignKeyConstraint, Integer, Table
from sqlalchemy.orm import backref, registry, relationship

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
    Column("author_id", Integer),
    ForeignKeyConstraint(["author_id"], ["authors.id"]),
)
reg.map_imperatively(Author, authors, properties={"books": relationship(Book, backref="author")})
reg.map_imperatively(Book, books)
