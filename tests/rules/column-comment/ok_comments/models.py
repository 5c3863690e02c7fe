from typing import Annotated

from sqlalchemy import Column, Integer, Table
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

key = Annotated[int, mapped_column(primary_key=True, comment="Counted up")]


class Base(DeclarativeBase):
    pass


tags = Table("tag", Base.metadata, Column("id", Integer, primary_key=True, comment="Counted up"))


class Author(Base):
    __tablename__ = "author"
    id: Mapped[key]
    other: Mapped[key] = mapped_column()
