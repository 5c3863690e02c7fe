"""Association tables made in a loop over pairs."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()

LINKS = [("book", "person"), ("book", "shelf")]
links = {
    f"{left}_{right}": Table(
        f"{left}_{right}",
        Base.metadata,
        Column(f"{left}_id", ForeignKey(f"{left}.id"), primary_key=True),
        Column(f"{right}_id", ForeignKey("%s.id" % right), primary_key=True),
    )
    for left, right in LINKS
}


class Person(Base):
    __tablename__ = "person"
    id = Column(Integer, primary_key=True)


class Shelf(Base):
    __tablename__ = "shelf"
    id = Column(Integer, primary_key=True)


class Book(Base):
    __tablename__ = "book"
    id = Column(Integer, primary_key=True)
    people = relationship("Person", secondary=links["book_person"])
    shelves = relationship("Shelf", secondary="book_shelf")
