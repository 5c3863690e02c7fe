from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Identified:
    id = Column(Integer, primary_key=True)


class Tree(Identified):
    parent_id = Column(ForeignKey(Identified.id))  # finds: SG119


class Folder(Tree, Base):
    __tablename__ = "folder"
