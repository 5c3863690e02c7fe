from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Author(Base):
    __tablename__ = "author"
    id = Column(Integer, primary_key=True)
    books = relationship("Book", back_populates="author", foreign_keys="Book.author_id")
    edited = relationship(  # finds: SG109 warning
        "Book", back_populates="author", foreign_keys="Book.editor_id"
    )


class Book(Base):
    __tablename__ = "book"
    id = Column(Integer, primary_key=True)
    author_id = Column(ForeignKey("author.id"))
    editor_id = Column(ForeignKey("author.id"))
    author = relationship("Author", back_populates="books", foreign_keys=[author_id])
    editor = relationship("Author", foreign_keys=[editor_id])  # finds: SG115 warning
