from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import backref, declarative_base, relationship

Base = declarative_base()


class Node(Base):
    __tablename__ = "node"
    id = Column(Integer, primary_key=True)
    up_id = Column(ForeignKey("node.id"))
    left_id = Column(ForeignKey("node.id"))
    tag_id = Column(ForeignKey("tag.id"))
    tags = relationship("Tag", backref=backref("nodes", foreign_keys="Tag.id"))  # finds: SG110
    up = relationship("Node", foreign_keys=[up_id], remote_side=[id], backref=backref("down", remote_side=[id]))  # finds: SG110
    left = relationship(
        "Node", foreign_keys=[left_id], remote_side=[id], backref=backref("right", remote_side=[left_id])
    )
    sides = relationship("Node", foreign_keys=[left_id], viewonly=True, backref=backref("side", remote_side=[id]))


class Tag(Base):
    __tablename__ = "tag"
    id = Column(Integer, primary_key=True)
