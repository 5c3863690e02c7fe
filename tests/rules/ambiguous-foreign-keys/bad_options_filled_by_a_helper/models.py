"""Helpers complete the options that they pass on."""

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


def lazily(target, **options):
    options.setdefault("lazy", "select")
    options.setdefault("foreign_keys", "Post.writer_id")
    return relationship(target, **options)


def to(target, **given):
    options = dict(lazy="select")
    options.update(given)
    return relationship(target, **options)


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)


class Post(Base):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)
    writer_id = Column(ForeignKey("user.id"))
    editor_id = Column(ForeignKey("user.id"))
    writer = lazily("User")
    editor = lazily("User", foreign_keys="Post.editor_id")
    reader = to("User")  # finds: SG101
    printer = to("User", foreign_keys=[editor_id], viewonly=True)
