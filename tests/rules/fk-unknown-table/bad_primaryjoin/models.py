from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Author(Base):
    __tablename__ = "author"
    id = Column(Integer, primary_key=True)
    books = relationship(  # finds: SG107
        "Book", primaryjoin="Author.id == Book.author_id", viewonly=True
    )
    told = relationship(
        "Book",
        primaryjoin="Author.id == Book.author_id",
        foreign_keys="Book.author_id",
    )


class Book(Base):
    __tablename__ = "book"
    id = Column(Integer, primary_key=True)
    author_id = Column(ForeignKey("author.key"))
