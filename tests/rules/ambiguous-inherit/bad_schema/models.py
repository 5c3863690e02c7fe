"""Parent and child in a schema."""

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Person(Base):
    __tablename__ = "person"
    __table_args__ = {"schema": "hr"}
    id = Column(Integer, primary_key=True)


class Employee(Person):  # finds: SG104
    __tablename__ = "employee"
    __table_args__ = {"schema": "hr"}
    id = Column(ForeignKey("hr.person.id"), primary_key=True)
    manager_id = Column(ForeignKey("hr.person.id"))
