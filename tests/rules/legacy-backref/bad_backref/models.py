from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import backref, declarative_base, relationship

Base = declarative_base()


class Author(Base):
    __tablename__ = "author"
    id = Column(Integer, primary_key=True)
    books = relationship("Book", backref="author")  # finds: SG130
    essays = relationship("Essay", backref=backref("author"))  # finds: SG130


class Book(Base):
    __tablename__ = "book"
    id = Column(Integer, primary_key=True)
    author_id = Column(ForeignKey("author.id"))


class Essay(Base):
    __tablename__ = "essay"
    id = Column(Integer, primary_key=True)
    author_id = Column(ForeignKey("author.id"))
