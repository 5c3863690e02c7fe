from sqlalchemy import Column, Integer
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Animal(Base):
    __tablename__ = "animal"
    id = Column(Integer, primary_key=True)


class Dog(Animal):  # finds: SG120
    dog_id = Column(Integer, primary_key=True)
