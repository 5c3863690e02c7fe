"""remote() in the join says it."""

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Node(Base):
    __tablename__ = "node"
    id = Column(Integer, primary_key=True)
    parent_id = Column(ForeignKey("node.id"))
    parent = relationship(
        "Node", primaryjoin="Node.parent_id == remote(Node.id)", back_populates="children"
    )
    children = relationship(
        "Node", primaryjoin="Node.id == remote(Node.parent_id)", back_populates="parent"
    )
