"""__mapper_args__ from a declared_attr."""

from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, declared_attr

Base = declarative_base()


class Person(Base):
    __tablename__ = "person"
    id = Column(Integer, primary_key=True)
    name = Column(String(50))


class Employee(Person):
    __tablename__ = "employee"
    id = Column(Integer, ForeignKey("person.id"), primary_key=True)
    manager_id = Column(Integer, ForeignKey("person.id"))

    @declared_attr
    def __mapper_args__(cls):
        return {"inherit_condition": cls.id == Person.id}
