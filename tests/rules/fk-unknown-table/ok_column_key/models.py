from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Author(Base):
    __tablename__ = "author"
    id = Column("author_id", Integer, primary_key=True)
    name = Column("author_name", String, key="name", unique=True)


class Book(Base):
    __tablename__ = "book"
    id = Column(Integer, primary_key=True)
    author_id = Column(ForeignKey("author.author_id"))
    author_name = Column(ForeignKey("author.name"))
    author = relationship("Author", foreign_keys=[author_id])
    named = relationship("Author", foreign_keys=[author_name])
