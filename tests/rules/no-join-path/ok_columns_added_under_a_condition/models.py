"""Whether the key is there is not told by the text."""

import os

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)

columns = [Column("id", Integer, primary_key=True)]
if not os.environ.get("WITHOUT_OWNER"):
    columns += [Column("owner_id", ForeignKey("user.id"))]


class Note(Base):
    __table__ = Table("note", Base.metadata, *columns)
    owner = relationship("User")
