"""A table name that only the environment knows is not guessed."""

import os

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()
USERS = os.environ.get("USER_TABLE", "user")


class User(Base):
    __tablename__ = USERS
    id = Column(Integer, primary_key=True)


class Post(Base):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)
    author_id = Column(ForeignKey(f"{USERS}.id"))
    author = relationship("User")
