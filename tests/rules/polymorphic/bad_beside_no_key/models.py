from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Person(Base):
    __tablename__ = "person"
    id = Column(Integer, primary_key=True)
    name = Column(Integer)


class Guest(Person):
    __tablename__ = "guest"
    id = Column(ForeignKey("person.id"), primary_key=True)
    name = Column(Integer)  # finds: SG123 warning


class Employee(Person):  # finds: SG104
    __tablename__ = "employee"
    id = Column(Integer, primary_key=True)
