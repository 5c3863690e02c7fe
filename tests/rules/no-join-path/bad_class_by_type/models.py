"""A class made by type(), its key forgotten."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)

Note = type(
    "Note",
    (Base,),
    dict(
        __tablename__="note",
        id=Column(Integer, primary_key=True),
        owner_id=Column(Integer),
        owner=relationship("User"),  # finds: SG103
    ),
)
