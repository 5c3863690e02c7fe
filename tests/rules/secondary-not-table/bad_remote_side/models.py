from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Node(Base):
    __tablename__ = "node"
    id = Column(Integer, primary_key=True)
    weight = Column(Integer)
    parent_id = Column(ForeignKey("node.id"))
    parent = relationship("Node", remote_side=[weight])  # finds: SG117
    both = relationship("Node", remote_side=[id, parent_id], viewonly=True)  # finds: SG117
    marked = relationship(  # finds: SG117
        "Node", primaryjoin="remote(Node.id) == remote(foreign(Node.parent_id))", viewonly=True
    )


class Leaf(Base):
    __tablename__ = "leaf"
    id = Column(Integer, primary_key=True)
    node_id = Column(ForeignKey("node.id"))
    node = relationship("Node", remote_side="Node.weight")  # finds: SG117
