"""`__mapper_args__` may hold the properties of an imperative table."""

from sqlalchemy import Column, ForeignKey, Integer, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __table__ = Table("user", Base.metadata, Column("id", Integer, primary_key=True))
    __mapper_args__ = {
        "properties": {
            "posts": relationship("Post"),  # finds: SG101
            "written": relationship("Post", foreign_keys="Post.author_id", viewonly=True),
        }
    }


class Post(Base):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)
    author_id = Column(ForeignKey("user.id"))
    editor_id = Column(ForeignKey("user.id"))
