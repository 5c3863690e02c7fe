from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Form:
    name = Column(String),


class Pet(Base):
    __tablename__ = "pet"
    id = Column(Integer, primary_key=True)
