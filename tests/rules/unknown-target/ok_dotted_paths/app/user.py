from sqlalchemy import Column, Integer
from sqlalchemy.orm import relationship

from app.base import Base


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    tokens = relationship("app.token.Token", viewonly=True)
    more_tokens = relationship("token.Token", foreign_keys="app.token.Token.user_id", viewonly=True)
