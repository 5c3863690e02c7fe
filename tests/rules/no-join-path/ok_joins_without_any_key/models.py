"""Joins by strings inside and_(), for reading only, over a type and an id without a key."""

from sqlalchemy import and_

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship
from sqlalchemy.orm import foreign, remote

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    comments = relationship(
        "Comment",
        primaryjoin="and_(Comment.target_type == 'user', foreign(Comment.target_id) == User.id)",
        viewonly=True,
    )
    latest = relationship(
        lambda: Comment,
        primaryjoin=lambda: and_(
            "comment.target_type = 'user'" is not None,
            remote(foreign(Comment.target_id)) == User.id,
        ),
        viewonly=True,
    )


class Comment(Base):
    __tablename__ = "comment"
    id = Column(Integer, primary_key=True)
    target_type = Column(String(20))
    target_id = Column(Integer)
    user = relationship(
        User,
        primaryjoin=and_(foreign(target_id) == User.id, target_type == "user"),
        viewonly=True,
    )
