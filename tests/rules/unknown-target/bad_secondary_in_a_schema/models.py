from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base(metadata=MetaData(schema="shop"))
links = Table(
    "links",
    Base.metadata,
    Column("user_id", ForeignKey("shop.user.id")),
    Column("tag_id", ForeignKey("shop.tag.id")),
)


class Tag(Base):
    __tablename__ = "tag"
    id = Column(Integer, primary_key=True)


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    tags = relationship("Tag", secondary="shop.links", viewonly=True)
    same = relationship("Tag", secondary=lambda: links, viewonly=True)
    bare = relationship("Tag", secondary="links", viewonly=True)  # finds[1.4, 2.0]: SG105
    other = relationship("Tag", secondary="store.links", viewonly=True)  # finds: SG105
    joined = relationship("Tag", secondary=links, primaryjoin="User.id == links.c.user_id", viewonly=True)  # finds[1.4, 2.0]: SG105
