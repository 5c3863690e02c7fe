"""Joined inheritance, three generations."""

from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Person(Base):
    __tablename__ = "person"
    id = Column(Integer, primary_key=True)
    kind = Column(String(20))
    __mapper_args__ = {"polymorphic_on": kind, "polymorphic_identity": "person"}


class Employee(Person):
    __tablename__ = "employee"
    id = Column(ForeignKey("person.id"), primary_key=True)
    __mapper_args__ = {"polymorphic_identity": "employee"}


class Manager(Employee):
    __tablename__ = "manager"
    id = Column(ForeignKey("employee.id"), primary_key=True)
    __mapper_args__ = {"polymorphic_identity": "manager"}
