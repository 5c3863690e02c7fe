from sqlalchemy import Column, Integer
from sqlalchemy.orm import relationship

from app.base import Base


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    tokens = relationship("app.tokens.Token")  # finds: SG105
