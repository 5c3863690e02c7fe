from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Author(Base):
    __tablename__ = "author"
    id = Column(Integer, primary_key=True)


class Book(Base):
    __tablename__ = "book"
    id = Column(Integer, primary_key=True)
    editor_id = Column(ForeignKey("editor.id"))  # finds: SG107 warning
    editor = relationship("Author", primaryjoin="foreign(Book.editor_id) == Author.id")
    other = relationship(
        "Author",
        primaryjoin="Book.editor_id == Author.id",
        foreign_keys=[editor_id],
        viewonly=True,
    )
