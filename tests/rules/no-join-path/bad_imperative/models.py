"""Classical mapping without a key."""

from sqlalchemy import Column, Integer, Table
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
)
reg.map_imperatively(
    Author,
    authors,
    properties={
        "books": relationship(Book, backref="author"),  # finds: SG103
    },
)
reg.map_imperatively(Book, books)
