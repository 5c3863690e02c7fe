from sqlalchemy import Column, Integer

from shop.base import Base


class Account(Base):
    __tablename__ = "old_account"
    id = Column(Integer, primary_key=True)
