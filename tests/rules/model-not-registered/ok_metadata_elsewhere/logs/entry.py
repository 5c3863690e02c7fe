from sqlalchemy import Column, Integer

from logs.base import Base


class Entry(Base):
    __tablename__ = "entry"
    id = Column(Integer, primary_key=True)
