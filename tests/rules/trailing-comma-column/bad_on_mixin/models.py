from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Named:
    name = Column(String),  # finds: SG121 warning


class Pet(Named, Base):
    __tablename__ = "pet"
    id = Column(Integer, primary_key=True)


class Owner(Named, Base):
    __tablename__ = "owner"
    id = Column(Integer, primary_key=True)
