"""A graph through a table has no parent side."""

from sqlalchemy import Column, ForeignKey, Integer, Table
from sqlalchemy.orm import backref, declarative_base, relationship

Base = declarative_base()
edge = Table(
    "edge",
    Base.metadata,
    Column("left_id", ForeignKey("vertex.id"), primary_key=True),
    Column("right_id", ForeignKey("vertex.id"), primary_key=True),
)


class Vertex(Base):
    __tablename__ = "vertex"
    id = Column(Integer, primary_key=True)
    successors = relationship(
        "Vertex",
        secondary=edge,
        primaryjoin=id == edge.c.left_id,
        secondaryjoin=id == edge.c.right_id,
        backref="predecessors",
    )
