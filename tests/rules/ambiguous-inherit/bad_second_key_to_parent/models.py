"""The child table has a second key to its parent."""

from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Person(Base):
    __tablename__ = "person"
    id = Column(Integer, primary_key=True)
    name = Column(String(50))


class Employee(Person):  # finds: SG104
    __tablename__ = "employee"
    id = Column(Integer, ForeignKey("person.id"), primary_key=True)
    manager_id = Column(Integer, ForeignKey("person.id"))
