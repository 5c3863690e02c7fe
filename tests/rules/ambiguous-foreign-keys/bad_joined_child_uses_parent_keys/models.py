"""A joined child falls back to the keys of its parent's table."""

from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    name = Column(String(50))


class Item(Base):
    __tablename__ = "item"
    id = Column(Integer, primary_key=True)
    owner_id = Column(ForeignKey("user.id"))
    holder_id = Column(ForeignKey("user.id"))


class Book(Item):
    __tablename__ = "book"
    id = Column(ForeignKey("item.id"), primary_key=True)
    owner = relationship("User")  # finds: SG101
