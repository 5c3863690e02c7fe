"""A bare annotation in one base hides no column of the next one."""

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Described(Base):
    __abstract__ = True
    id: int


class Numbered:
    id = Column(Integer, primary_key=True)


class Pet(Described, Numbered):
    __tablename__ = "pet"
    toys = relationship("Toy", back_populates="pet")


class Toy(Described, Numbered):
    __tablename__ = "toy"
    pet_id = Column(ForeignKey("pet.id"))
    pet = relationship("Pet", back_populates="toys")
