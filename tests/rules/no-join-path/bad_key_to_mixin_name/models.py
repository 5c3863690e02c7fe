"""The key names a table that the mixin spells otherwise."""

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, declared_attr, relationship

Base = declarative_base()


class Plural:
    @declared_attr
    def __tablename__(cls):
        return cls.__name__.lower() + "s"

    id = Column(Integer, primary_key=True)


class Author(Plural, Base):
    books = relationship("Book")  # finds: SG103


class Book(Plural, Base):
    author_id = Column(ForeignKey("author.id"))  # finds: SG107 warning
