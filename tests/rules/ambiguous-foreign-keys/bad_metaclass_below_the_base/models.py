"""A metaclass of its own makes no new base of a class that has one."""

import abc

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import DeclarativeMeta, declarative_base, relationship

Base = declarative_base()


def implementer(*interfaces):
    return lambda cls: cls


class NodeMeta(DeclarativeMeta, abc.ABCMeta):
    pass


@implementer(object)
class Node(Base, metaclass=NodeMeta):
    __tablename__ = "nodes"
    id = Column(Integer, primary_key=True)
    parent_id = Column(ForeignKey("nodes.id"))
    parent = relationship("Node", remote_side=[id])


class Link(Base):
    __tablename__ = "links"
    id = Column(Integer, primary_key=True)
    source_id = Column(ForeignKey("nodes.id"))
    target_id = Column(ForeignKey("nodes.id"))
    source = relationship("Node")  # finds: SG101
