"""A function fills the list: what it holds then is not told here."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)


def fill(columns):
    for name in sorted({"owner_id"} | set()):
        columns.append(Column(name, ForeignKey("user.id")))


columns = [Column("id", Integer, primary_key=True)]
fill(columns)


class Note(Base):
    __table__ = Table("note", Base.metadata, *columns)
    owner = relationship("User")
