"""A class may add columns to a table that has its primary key already."""

from sqlalchemy import Column, ForeignKey, Integer, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()

Table("post", Base.metadata, Column("id", Integer, primary_key=True))


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)


class Post(Base):
    __tablename__ = "post"
    __table_args__ = {"extend_existing": True}
    author_id = Column(ForeignKey("user.id"))
    author = relationship("User")
