from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Author(Base):
    __tablename__ = "author"
    id = Column(Integer, primary_key=True)


class Shelf(Base):
    __tablename__ = "shelf"
    key = Column(Integer, primary_key=True)


class Book(Base):
    __tablename__ = "book"
    id = Column(Integer, primary_key=True)
    author_id = Column(ForeignKey("author.id"))
    editor_id = Column(ForeignKey("editor.id"))
    shelf_id = Column(ForeignKey("shelf.id"))
    author = relationship(  # finds: SG107
        "Author", primaryjoin="and_(Book.author_id == Author.id, Book.editor_id == Author.id)"
    )
    editor = relationship(  # finds: SG107
        "Author", primaryjoin="Book.editor_id == Author.id", viewonly=True
    )
    shelved = relationship(  # finds: SG107
        "Author",
        primaryjoin="and_(Book.author_id == Author.id, Book.shelf_id == Author.id)",
        viewonly=True,
    )
