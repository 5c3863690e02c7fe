from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Animal(Base):
    __tablename__ = "animal"
    id = Column(Integer, primary_key=True)


class Dog(Animal):
    __tablename__ = "dog"
    id = Column(ForeignKey("animal.id"), primary_key=True)
    name = Column(String)


class Cat(Animal):
    __tablename__ = "cat"
    id = Column(ForeignKey("animal.id"), primary_key=True)
    name = Column(String)
