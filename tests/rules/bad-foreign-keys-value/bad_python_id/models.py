from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Model(Base):
    __abstract__ = True
    id = Column(Integer, primary_key=True)


class Node(Model):
    __tablename__ = "node"
    parent_id = Column(ForeignKey("node.id"))
    parent = relationship("Node", remote_side=[id])  # finds: SG113
