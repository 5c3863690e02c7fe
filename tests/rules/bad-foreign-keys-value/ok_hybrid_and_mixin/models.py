from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import declarative_base, relationship

class Model:
    @hybrid_property
    def rank(self):
        return self.id


Base = declarative_base(cls=Model)


class Timed:
    created = Column(Integer)


class Author(Base):
    __tablename__ = "author"
    id = Column(Integer, primary_key=True)
    books = relationship("Book", order_by="[Book.created, Book.rank, Book.first]")


class Book(Timed, Base):
    __tablename__ = "book"
    id = Column(Integer, primary_key=True)
    author_id = Column(ForeignKey("author.id"))

    @hybrid_property
    def first(self):
        return self.id


Author.late = Column(Integer)
Author.same = relationship("Book", order_by="Author.late", viewonly=True)
