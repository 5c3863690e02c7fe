"""Column(key=) renames the column for SQLAlchemy, and ForeignKey() uses the new name."""

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column("USER_ID", Integer, key="user_id", primary_key=True)


class Post(Base):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)
    author_id = Column(ForeignKey("user.user_id"))
    author = relationship("User")
