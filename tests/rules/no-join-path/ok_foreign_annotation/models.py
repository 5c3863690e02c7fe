"""foreign() makes a column foreign that has no key."""

from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import declarative_base, foreign, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    email = Column(String(100))
    posts = relationship(
        "Post", primaryjoin="User.email == foreign(Post.author_email)", viewonly=True
    )


class Post(Base):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)
    author_email = Column(String(100))
    author = relationship("User", primaryjoin=lambda: foreign(Post.author_email) == User.email)
