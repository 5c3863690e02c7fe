"""Both named rules are hidden on this line."""

from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    name = Column(String(50))


class Node(Base):
    __tablename__ = "node"
    id = Column(Integer, primary_key=True)
    parent_id = Column(ForeignKey("node.id"))
    owner_id = Column(ForeignKey("user.id"))
    creator_id = Column(ForeignKey("user.id"))
    owner = relationship("User"); owners = relationship("Usr")  # safeguards: ignore[SG101,SG105]  # ignored: SG101, SG105
