"""Each registry has its own names."""

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()
ArchiveBase = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    posts = relationship("Post")


class Post(Base):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)
    author_id = Column(ForeignKey("user.id"))


class OldPost(ArchiveBase):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)
    author_id = Column(ForeignKey("user.id"))


class OldUser(ArchiveBase):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    posts = relationship("OldPost")
