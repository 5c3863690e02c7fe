from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import backref, declarative_base, relationship

Base = declarative_base()


class Owner(Base):
    __tablename__ = "owner"
    id = Column(Integer, primary_key=True)
    animals = relationship("Animal", backref="owner")


class Animal(Base):
    __tablename__ = "animal"
    id = Column(Integer, primary_key=True)
    owner_id = Column(ForeignKey("owner.id"))


class Dog(Animal):
    __tablename__ = "dog"
    __mapper_args__ = {"concrete": True}
    id = Column(Integer, primary_key=True)
    owner = Column(String)
