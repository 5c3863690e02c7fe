from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Office(Base):
    __tablename__ = "office"
    id = Column(Integer, primary_key=True)


class Person(Base):
    __tablename__ = "person"
    id = Column(Integer, primary_key=True)


class Employee(Person):
    __tablename__ = "employee"
    id = Column("employee_id", ForeignKey("person.id"), primary_key=True)
    office_id = Column(ForeignKey("desk.id"))
    __mapper_args__ = {"inherit_condition": id == Person.id}


class Desk(Base):
    __tablename__ = "desk"
    id = Column(Integer, primary_key=True)
