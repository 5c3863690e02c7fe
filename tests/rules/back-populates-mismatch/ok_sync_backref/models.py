from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Author(Base):
    __tablename__ = "author"
    id = Column(Integer, primary_key=True)
    books = relationship("Book", back_populates="author", sync_backref=False)


class Publisher(Base):
    __tablename__ = "publisher"
    id = Column(Integer, primary_key=True)
    books = relationship("Book", back_populates="publisher")


class Book(Base):
    __tablename__ = "book"
    id = Column(Integer, primary_key=True)
    author_id = Column(ForeignKey("author.id"))
    publisher_id = Column(ForeignKey("publisher.id"))
    author = relationship("Author")
    publisher = relationship("Publisher", back_populates="books")
