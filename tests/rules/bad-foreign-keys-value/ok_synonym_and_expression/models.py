from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import column_property, declarative_base, relationship, synonym

Base = declarative_base()


class Author(Base):
    __tablename__ = "author"
    id = Column(Integer, primary_key=True)
    books = relationship("Book", foreign_keys="Book.writer_id", order_by="Book.twice")


class Book(Base):
    __tablename__ = "book"
    id = Column(Integer, primary_key=True)
    author_id = Column(ForeignKey("author.id"))
    writer_id = synonym("author_id")
    twice = column_property(id * 2)
