"""One column with two keys to the parent."""

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Person(Base):
    __tablename__ = "person"
    id = Column(Integer, primary_key=True)
    code = Column(Integer, unique=True)


class Employee(Person):  # finds: SG104
    __tablename__ = "employee"
    id = Column(ForeignKey("person.id"), ForeignKey("person.code"), primary_key=True)
