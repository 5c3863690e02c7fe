"""The columns of a reflected table are in the database, not in the text."""

from sqlalchemy import Column, ForeignKey, Integer, Table, create_engine, text
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()
engine = create_engine("sqlite://")
with engine.connect() as connection:
    connection.execute(text("create table user (id integer primary key)"))
    connection.execute(
        text("create table post (id integer primary key, author_id integer references user (id))")
    )
    users = Table("user", Base.metadata, autoload_with=connection)
    posts = Table("post", Base.metadata, autoload_with=connection)


class User(Base):
    __table__ = users


class Post(Base):
    __table__ = posts
    author = relationship("User")
