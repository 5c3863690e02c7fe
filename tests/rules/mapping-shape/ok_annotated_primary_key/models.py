from typing import Annotated

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

key = Annotated[int, mapped_column(primary_key=True)]


class Base(DeclarativeBase):
    pass


class Document(Base):
    __tablename__ = "document"
    id: Mapped[key]


class Paper(Base):
    __tablename__ = "paper"
    id: Mapped[key] = mapped_column()
