from sqlalchemy import Column, Integer
from sqlalchemy.orm import declarative_base

Base = declarative_base()


import os

if os.environ.get("OLD"):

    class Document(Base):
        __tablename__ = "document"
        id = Column(Integer, primary_key=True)

else:

    class Document(Base):
        __tablename__ = "document"
        id = Column(Integer, primary_key=True)
