"""Both joins are given, but foreign_keys leaves no key in one of them."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Post(Base):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)
    tags = relationship(  # finds: SG103
        "Tag",
        secondary="post_tag",
        primaryjoin="Post.id == post_tag.c.post_id",
        secondaryjoin="Tag.id == post_tag.c.tag_id",
        foreign_keys="[post_tag.c.post_id]",
    )


class Tag(Base):
    __tablename__ = "tag"
    id = Column(Integer, primary_key=True)
    label = Column(String(20))


post_tag = Table(
    "post_tag",
    Base.metadata,
    Column("post_id", ForeignKey("post.id")),
    Column("tag_id", ForeignKey("tag.id")),
)
