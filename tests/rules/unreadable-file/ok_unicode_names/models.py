"""Names outside ASCII, and columns counted in characters."""

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Straße(Base):
    __tablename__ = "straße"
    id = Column(Integer, primary_key=True)
    häuser = relationship("Haus", back_populates="straße")


class Haus(Base):
    __tablename__ = "haus"
    id = Column(Integer, primary_key=True)
    straße_id = Column(ForeignKey("straße.id"))
    straße = relationship("Straße", back_populates="häuser")
