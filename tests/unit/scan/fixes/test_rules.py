"""What each rule repairs, and what it leaves to people."""

from __future__ import annotations

import pytest
from tests.unit.scan.fixes.kit import repaired

HEAD = """\
from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import backref, declarative_base, relationship

Base = declarative_base()
"""
NODE = (
    HEAD
    + """

class Node(Base):
    __tablename__ = "node"
    id = Column(Integer, primary_key=True)
    parent_id = Column(ForeignKey("node.id"))
    {body}
"""
)
BOOKS = (
    HEAD
    + """

class Author(Base):
    __tablename__ = "author"
    id = Column(Integer, primary_key=True)
    {author}


class Book(Base):
    __tablename__ = "book"
    id = Column(Integer, primary_key=True)
    author_id = Column(ForeignKey("{key}"))
    editor_id = Column(ForeignKey("author.id"))
    {book}
"""
)


def fixed(source: str, *, unsafe: bool = False) -> str:
    return repaired(source, unsafe=unsafe).files["models.py"].decode()


def books(author: str = "x = 1", book: str = "x = 1", key: str = "author.id") -> str:
    return BOOKS.format(author=author, book=book, key=key)


@pytest.mark.parametrize(
    ("before", "after", "unsafe"),
    [
        (
            'parent = relationship("Node", backref="children")',
            'parent = relationship("Node", backref="children", remote_side=[id])',
            False,
        ),
        (
            'parent = relationship("Node", uselist=False)',
            'parent = relationship("Node", uselist=False, remote_side=[id])',
            True,
        ),
        ('name = Column(String(5)),', 'name = Column(String(5))', True),
        ('name = Column(String(5)) ,  # short', 'name = Column(String(5)) ,  # short', False),
        ('name = Column(String(5)) ,  # short', 'name = Column(String(5))   # short', True),
    ],
)  # fmt: skip
def test_one_class(before: str, after: str, unsafe: bool) -> None:
    assert fixed(NODE.format(body=before), unsafe=unsafe) == NODE.format(body=after)


@pytest.mark.parametrize(
    "body",
    [
        'children = relationship("Node", backref="parent")',
        'one = relationship("Node", backref="two")',
        'parent = relationship("Node", backref=backref("children", lazy="select"))',
        'parent = relationship("Node", uselist=False)',
        "name = (Column(String(5)),)",
    ],
)
def test_one_class_is_left_alone(body: str) -> None:
    assert fixed(NODE.format(body=body)) == NODE.format(body=body)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            books('books = relationship("Book", foreign_keys="Book.autor_id")'),
            books('books = relationship("Book", foreign_keys="Book.author_id")'),
        ),
        (
            books('books = relationship("Book", foreign_keys="Book.author_id")', key="author.idd"),
            books('books = relationship("Book", foreign_keys="Book.author_id")'),
        ),
        (
            books(
                'books = relationship("Book", foreign_keys="Book.author_id", back_populates="x")',
                'author = relationship("Author", back_populates="books")',
            ),
            books(
                'books = relationship("Book", foreign_keys="Book.author_id", back_populates='
                '"author")',
                'author = relationship("Author", back_populates="books", foreign_keys=[author_id])',
            ),
        ),
    ],
    ids=["column in a string", "column of a key", "two rules at once"],
)
def test_two_classes(before: str, after: str) -> None:
    assert fixed(before) == after


@pytest.mark.parametrize(
    "source",
    [
        books(key="author.idd"),
        books('books = relationship("Book", foreign_keys="Book.writer_id")'),
        books('books = relationship("Book", foreign_keys=["Book.author_id"])'),
        books('books = relationship("Book")'),
        books(book='people = relationship("Author", lazy="joined")'),
    ],
    ids=["nothing follows the key", "no such column", "a list of strings", "two keys", "no name"],
)
def test_two_classes_are_left_alone(source: str) -> None:
    assert fixed(source) == source
