"""Classes made by type() and by types.new_class, named by others."""

import types

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)

Note = type(
    "Note",
    (Base,),
    {
        "__tablename__": "note",
        "id": Column(Integer, primary_key=True),
        "owner_id": Column(ForeignKey("user.id")),
        "owner": relationship("User", back_populates="notes"),
    },
)
Tag = types.new_class(
    "Tag",
    (Base,),
    {},
    lambda namespace: namespace.update(
        __tablename__="tag",
        id=Column(Integer, primary_key=True),
        note_id=Column(ForeignKey("note.id")),
        note=relationship("Note"),
    ),
)
User.notes = relationship("Note", back_populates="owner")
User.tags = relationship("Tag", secondary="note", viewonly=True)
