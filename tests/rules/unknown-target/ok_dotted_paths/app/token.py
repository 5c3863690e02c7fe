from sqlalchemy import Column, ForeignKey, Integer

from app.base import Base


class Token(Base):
    __tablename__ = "access_token"
    id = Column(Integer, primary_key=True)
    user_id = Column(ForeignKey("user.id"))
