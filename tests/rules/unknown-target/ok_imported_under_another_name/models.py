"""A class object under an alias is that class."""

from item import Item as Thing
import item
from sqlalchemy import Column, Integer
from sqlalchemy.orm import relationship

from base import Base


class Box(Base):
    __tablename__ = "box"
    id = Column(Integer, primary_key=True)
    items = relationship(Thing, viewonly=True)
    things = relationship(item.Item)
