"""A class, a lambda, a keyword argument."""

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    posts = relationship(lambda: Post, viewonly=True)
    drafts = relationship(argument="Post")


class Post(Base):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)
    author_id = Column(ForeignKey("user.id"))
    author = relationship(argument=User, viewonly=True)
