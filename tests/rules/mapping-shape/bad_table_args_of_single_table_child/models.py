from sqlalchemy import Column, Integer, String, UniqueConstraint
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Animal(Base):
    __tablename__ = "animal"
    id = Column(Integer, primary_key=True)


class Dog(Animal):  # finds: SG120
    __table_args__ = (UniqueConstraint("name"),)
    name = Column(String)
