import importlib

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

for_each_class = importlib.import_module("sqlalchemy.orm").declared_attr
Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)


class Owned:
    @for_each_class
    def owner_id(cls):
        return Column(ForeignKey("user.id"))


class Post(Owned, Base):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)
    owner = relationship("User")
