from sqlalchemy import Column, ForeignKey, Integer, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()

links = Table(
    "link",
    Base.metadata,
    Column("node_id", ForeignKey("node.id")),
    Column("leaf_id", ForeignKey("leaf.id")),
)


class Node(Base):
    __tablename__ = "node"
    id = Column(Integer, primary_key=True)
    weight = Column(Integer)
    parent_id = Column(ForeignKey("node.id"))
    parent = relationship("Node", remote_side=[id])
    children = relationship("Node", remote_side=[parent_id], viewonly=True)
    itself = relationship(
        "Node", primaryjoin="foreign(Node.id) == remote(Node.id)", viewonly=True, uselist=False
    )
    leaves = relationship("Leaf", secondary=links, remote_side=[weight], viewonly=True)


class Leaf(Base):
    __tablename__ = "leaf"
    id = Column(Integer, primary_key=True)
    node_id = Column(ForeignKey("node.id"))
    node = relationship("Node", remote_side="[Node.id, Node.weight]")
