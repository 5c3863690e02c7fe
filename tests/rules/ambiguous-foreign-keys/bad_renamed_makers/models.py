"""What makes tables, columns and names is imported under other names."""

from sqlalchemy import Column as C
from sqlalchemy import ForeignKey as FK
from sqlalchemy import Integer
from sqlalchemy import Table as T
from sqlalchemy.orm import declarative_base
from sqlalchemy.orm import declared_attr as computed
from sqlalchemy.orm import relationship as rel


class Root:
    @computed
    def __tablename__(cls):
        return cls.__name__.lower()

    @computed
    def key_path(cls):
        return cls.__tablename__ + ".id"

    id = C(Integer, primary_key=True)


Base = declarative_base(cls=Root)
links = {name: T(name, Base.metadata, C("book_id", FK("book.id")), C("tag_id", FK("tag.id"))) for name in ["book_tag"]}


class Tag(Base):
    pass


class Book(Base):
    tags = rel("Tag", secondary="book_tag")
    loans = rel("Loan")  # finds: SG101


class Loan(Base):
    book_id = C(FK(Book.key_path))
    other_book_id = C(FK("book.id"))
