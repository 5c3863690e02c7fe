"""One column with two keys into the same table."""

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    code = Column(Integer, unique=True)


class Post(Base):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)
    author_id = Column(Integer, ForeignKey("user.id"), ForeignKey("user.code"))
    author = relationship("User")  # finds: SG101
    same_author = relationship("User", foreign_keys=[author_id])  # finds: SG101
