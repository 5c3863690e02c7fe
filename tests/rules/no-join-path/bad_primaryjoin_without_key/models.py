"""A primaryjoin over columns without keys needs foreign_keys."""

from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    email = Column(String(100))


class Post(Base):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)
    author_email = Column(String(100))
    author = relationship("User", primaryjoin="Post.author_email == User.email")  # finds: SG103
