"""The key names a table that does not exist."""

from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Person(Base):
    __tablename__ = "people"
    id = Column(Integer, primary_key=True)
    name = Column(String(50))


class Employee(Person):  # finds: SG104
    __tablename__ = "employee"
    id = Column(ForeignKey("person.id"), primary_key=True)  # finds: SG107 warning
