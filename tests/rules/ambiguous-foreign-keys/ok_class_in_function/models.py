"""Classes in a function that nobody calls are not mapped."""

from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    name = Column(String(50))


def make_models():
    class Post(Base):
        __tablename__ = "post"
        id = Column(Integer, primary_key=True)
        author_id = Column(ForeignKey("user.id"))
        editor_id = Column(ForeignKey("user.id"))
        author = relationship("User")
    return Post
