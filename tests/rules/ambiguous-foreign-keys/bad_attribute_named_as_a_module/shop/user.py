from sqlalchemy import Column, Integer

from shop.base import Base


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
