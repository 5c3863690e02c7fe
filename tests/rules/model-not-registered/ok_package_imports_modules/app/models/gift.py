from sqlalchemy import Column, Integer

from app.base import Base


class Gift(Base):
    __tablename__ = "gift"
    id = Column(Integer, primary_key=True)
