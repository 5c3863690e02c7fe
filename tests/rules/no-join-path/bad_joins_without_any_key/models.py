"""A join inside and_() over a type and an id without a key, and nothing is marked foreign."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)


class Comment(Base):
    __tablename__ = "comment"
    id = Column(Integer, primary_key=True)
    target_type = Column(String(20))
    target_id = Column(Integer)
    user = relationship(  # finds: SG103
        "User",
        primaryjoin="and_(Comment.target_id == User.id, Comment.target_type == 'user')",
        viewonly=True,
    )
