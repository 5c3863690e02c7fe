from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Named:
    id = Column(Integer, primary_key=True)
    name = Column(String)


class Document(Named, Base):
    __tablename__ = "document"


class Folder(Named, Base):
    __tablename__ = "folder"
