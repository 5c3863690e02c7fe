"""A child with its own table and no key to its parent."""

from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Person(Base):
    __tablename__ = "person"
    id = Column(Integer, primary_key=True)
    name = Column(String(50))


class Employee(Person):  # finds: SG104
    __tablename__ = "employee"
    id = Column(Integer, primary_key=True)
