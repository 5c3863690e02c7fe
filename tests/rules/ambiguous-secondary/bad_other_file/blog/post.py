from sqlalchemy import Column, Integer
from sqlalchemy.orm import relationship

from . import tables
from .base import Base


class Post(Base):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)
    writers = relationship("Writer", secondary=tables.post_author)  # finds: SG102
