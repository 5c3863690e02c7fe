from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Named:
    name = mapped_column(Integer)  # finds: SG131


class Author(Named, Base):
    __tablename__ = "author"
    __allow_unmapped__ = True
    id: Mapped[int] = mapped_column(primary_key=True)
    books = relationship("Book")  # finds: SG131
    age: int = Column(Integer)  # finds: SG131


class Book(Named, Base):
    __tablename__ = "book"
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("author.id"))
