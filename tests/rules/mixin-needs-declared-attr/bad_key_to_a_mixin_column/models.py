from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Tree:
    id = Column(Integer, primary_key=True)
    parent_id = Column(ForeignKey(id))  # finds: SG119


class Folder(Tree, Base):
    __tablename__ = "folder"
