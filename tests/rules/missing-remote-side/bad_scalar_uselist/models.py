"""uselist=False says scalar as clearly."""

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Comment(Base):
    __tablename__ = "comment"
    id = Column(Integer, primary_key=True)
    parent_id = Column(ForeignKey("comment.id"))
    parent = relationship("Comment", uselist=False)  # finds: SG110 warning
