from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Node(Base):
    __tablename__ = "node"
    id = Column(Integer, primary_key=True)
    rank = Column(Integer)
    parent_id = Column(ForeignKey("node.id"))
    parent = relationship("Node", remote_side="Node.id")
    children = relationship("Node", order_by="Node.rank.desc()", viewonly=True)
