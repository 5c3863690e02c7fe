from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Animal(Base):
    __tablename__ = "animal"
    id = Column(Integer, primary_key=True)
    owner_id = Column(ForeignKey("owner.id"))


class Dog(Animal):
    __tablename__ = "dog"
    id = Column(ForeignKey("animal.id"), primary_key=True)


class Owner(Base):
    __tablename__ = "owner"
    id = Column(Integer, primary_key=True)
    dogs = relationship("Dog", primaryjoin="Owner.id == Dog.owner_id")
    animals = relationship("Animal", primaryjoin="Owner.id == Animal.owner_id", viewonly=True)
