from sqlalchemy import Column, Integer
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Document(Base):
    __tablename__ = "document"
    id = Column(Integer, primary_key=True)


class OldDocument(Base):
    __tablename__ = "document"
    __table_args__ = {"schema": "old"}
    id = Column(Integer, primary_key=True)
