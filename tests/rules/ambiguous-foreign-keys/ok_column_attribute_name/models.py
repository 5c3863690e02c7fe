"""The attribute's name differs from the column's."""

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
    author_key = Column("author_id", ForeignKey("user.id"))
    editor_key = Column("editor_id", ForeignKey("user.id"))
    author = relationship("User", foreign_keys=author_key)
    editor = relationship("User", foreign_keys="Post.editor_key")
