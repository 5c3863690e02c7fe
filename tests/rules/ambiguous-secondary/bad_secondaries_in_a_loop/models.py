"""Association tables made in a loop, one of them with a key too many."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()

tables = {}
for name in ("editor", "reviewer"):
    tables[name] = Table(
        f"book_{name}",
        Base.metadata,
        Column("book_id", ForeignKey("book.id"), primary_key=True),
        Column("person_id", ForeignKey("person.id"), primary_key=True),
        Column("added_by_id", ForeignKey("person.id")),
    )


class Person(Base):
    __tablename__ = "person"
    id = Column(Integer, primary_key=True)


class Book(Base):
    __tablename__ = "book"
    id = Column(Integer, primary_key=True)
    editors = relationship("Person", secondary=tables["editor"])  # finds: SG102
    reviewers = relationship("Person", secondary="book_reviewer")  # finds: SG102
