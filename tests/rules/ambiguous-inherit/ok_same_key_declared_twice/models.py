"""One key written twice is one path."""

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Person(Base):
    __tablename__ = "person"
    id = Column(Integer, primary_key=True)
    name = Column(String(50))


class Employee(Person):
    __tablename__ = "employee"
    id = Column(Integer, ForeignKey("person.id"), primary_key=True)
    __table_args__ = (ForeignKeyConstraint(["id"], ["person.id"]),)
