"""A composite and a single key to the parent."""

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Integer
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Part(Base):
    __tablename__ = "part"
    plant = Column(Integer, primary_key=True)
    number = Column(Integer, primary_key=True)
    serial = Column(Integer, unique=True)


class Gear(Part):  # finds: SG104
    __tablename__ = "gear"
    plant = Column(Integer, primary_key=True)
    number = Column(Integer, primary_key=True)
    driven_by_serial = Column(ForeignKey("part.serial"))
    __table_args__ = (ForeignKeyConstraint(["plant", "number"], ["part.plant", "part.number"]),)
