from sqlalchemy import Column, Integer, String

from .base import Base


class Writer(Base):
    __tablename__ = "writer"
    id = Column(Integer, primary_key=True)
    name = Column(String(50))
