from sqlalchemy import Column, Integer

from . import base as models


class User(models.Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
