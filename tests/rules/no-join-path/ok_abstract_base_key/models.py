"""The key comes from an abstract base in another file."""

from sqlalchemy import Column, Integer, String

from base import Owned


class Photo(Owned):
    __tablename__ = "photo"
    id = Column(Integer, primary_key=True)
    title = Column(String(50))
