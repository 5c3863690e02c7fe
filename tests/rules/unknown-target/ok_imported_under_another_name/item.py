from sqlalchemy import Column, ForeignKey, Integer

from base import Base


class Item(Base):
    __tablename__ = "item"
    id = Column(Integer, primary_key=True)
    box_id = Column(ForeignKey("box.id"))
