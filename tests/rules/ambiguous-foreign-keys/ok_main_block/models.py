"""What runs only as a script says nothing about the models."""

from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import configure_mappers, declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    name = Column(String(50))


class Post(Base):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)
    author_id = Column(ForeignKey("user.id"))
    author = relationship("User")


if __name__ == "__main__":
    Post.editor_id = Column(ForeignKey("user.id"))
    configure_mappers()
