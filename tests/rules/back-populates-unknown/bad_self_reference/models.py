"""A tree without the other half."""

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Node(Base):
    __tablename__ = "node"
    id = Column(Integer, primary_key=True)
    parent_id = Column(ForeignKey("node.id"))
    parent = relationship("Node", remote_side=[id], back_populates="childs")  # finds: SG108
    children = relationship("Node", back_populates="parent")
