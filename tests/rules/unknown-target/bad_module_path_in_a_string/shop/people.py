from sqlalchemy import Column, Integer

from shop.base import Base


class Customer(Base):
    __tablename__ = "customer"
    id = Column(Integer, primary_key=True)
