"""One composite key to the parent."""

from sqlalchemy import Column, ForeignKeyConstraint, Integer
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Part(Base):
    __tablename__ = "part"
    plant = Column(Integer, primary_key=True)
    number = Column(Integer, primary_key=True)


class Gear(Part):
    __tablename__ = "gear"
    plant = Column(Integer, primary_key=True)
    number = Column(Integer, primary_key=True)
    __table_args__ = (ForeignKeyConstraint(["plant", "number"], ["part.plant", "part.number"]),)
