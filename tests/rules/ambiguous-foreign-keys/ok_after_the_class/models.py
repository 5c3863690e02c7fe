"""Added later, with its key named."""

from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    name = Column(String(50))


class Post(Base):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)
    author_id = Column(ForeignKey("user.id"))
    editor_id = Column(ForeignKey("user.id"))


Post.author = relationship(User, foreign_keys=[Post.author_id])
User.edited = relationship(Post, foreign_keys=Post.editor_id)
