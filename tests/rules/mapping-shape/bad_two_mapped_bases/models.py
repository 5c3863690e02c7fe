from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Animal(Base):
    __tablename__ = "animal"
    id = Column(Integer, primary_key=True)


class Toy(Base):
    __tablename__ = "toy"
    id = Column(Integer, primary_key=True)


class Robot(Animal, Toy):  # finds: SG120
    __tablename__ = "robot"
    id = Column(ForeignKey("animal.id"), primary_key=True)
