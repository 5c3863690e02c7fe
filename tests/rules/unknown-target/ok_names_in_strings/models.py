"""Classes, tables and functions are known inside strings."""

from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    posts = relationship(
        "Post",
        primaryjoin="and_(user.c.id == foreign(Post.author_id), Post.title != '')",
        order_by="desc(func.lower(Post.title))",
        viewonly=True,
    )


class Post(Base):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)
    title = Column(String(50))
    author_id = Column(Integer)
