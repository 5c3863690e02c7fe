"""A list of columns grows after it was written."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)

columns = [Column("id", Integer, primary_key=True)]
columns.append(Column("owner_id", ForeignKey("user.id")))
more = []
more.extend([Column("name", String(20))])
more += [Column("reader_id", ForeignKey("user.id"))]
columns += more
columns.insert(1, Column("title", String(20)))


class Note(Base):
    __table__ = Table("note", Base.metadata, *columns)
    owner = relationship("User", foreign_keys=[__table__.c.owner_id])
