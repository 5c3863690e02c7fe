from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Person(Base):
    __tablename__ = "person"
    id = Column(Integer, primary_key=True)
    desk_id = Column(ForeignKey("desk.id"))


class Employee(Person):
    __tablename__ = "employee"
    id = Column(ForeignKey("person.id"), primary_key=True)


class Desk(Base):
    __tablename__ = "desk"
    id = Column(Integer, primary_key=True)
    person = relationship("Employee", foreign_keys="Employee.desk_id")
