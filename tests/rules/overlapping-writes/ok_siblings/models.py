from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Owner(Base):
    __tablename__ = "owner"
    id = Column(Integer, primary_key=True)


class Animal(Base):
    __tablename__ = "animal"
    id = Column(Integer, primary_key=True)
    owner_id = Column(ForeignKey("owner.id"))


class Dog(Animal):
    master = relationship("Owner")


class Cat(Animal):
    servant = relationship("Owner")
