"""A key to a missing table does not make the parent ambiguous."""

from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Person(Base):
    __tablename__ = "person"
    id = Column(Integer, primary_key=True)
    name = Column(String(50))


class Employee(Person):
    __tablename__ = "employee"
    id = Column(ForeignKey("person.id"), primary_key=True)
    desk_id = Column(ForeignKey("desk.id"))  # finds: SG107 warning
