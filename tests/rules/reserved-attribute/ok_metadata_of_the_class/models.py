from sqlalchemy import Column, Integer, MetaData
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Document(Base):
    __tablename__ = "document"
    id = Column(Integer, primary_key=True)
    metadata = MetaData()
