"""The association table belongs to two other classes."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Post(Base):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)
    tags = relationship("Tag", secondary="page_label")  # finds: SG103


class Tag(Base):
    __tablename__ = "tag"
    id = Column(Integer, primary_key=True)
    label = Column(String(20))


class Page(Base):
    __tablename__ = "page"
    id = Column(Integer, primary_key=True)
    title = Column(String(20))


page_label = Table(
    "page_label",
    Base.metadata,
    Column("page_id", ForeignKey("page.id")),
    Column("label_id", ForeignKey("label.id")),  # finds: SG107 warning
)
