"""One half of the association table has no key."""

from sqlalchemy import Column, ForeignKey, Integer, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()
post_tag = Table(
    "post_tag",
    Base.metadata,
    Column("post_id", ForeignKey("post.id"), primary_key=True),
    Column("tag_id", Integer, primary_key=True),
)


class Post(Base):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)
    tags = relationship("Tag", secondary=post_tag)  # finds: SG103


class Tag(Base):
    __tablename__ = "tag"
    id = Column(Integer, primary_key=True)
    posts = relationship("Post", secondary=post_tag, viewonly=True)  # finds: SG103
