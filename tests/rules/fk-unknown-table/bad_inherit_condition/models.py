from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Person(Base):
    __tablename__ = "person"
    id = Column(Integer, primary_key=True)


class Employee(Person):  # finds: SG107
    __tablename__ = "employee"
    id = Column(ForeignKey("office.id"), primary_key=True)
    __mapper_args__ = {"inherit_condition": id == Person.id}


class Office(Base):
    __tablename__ = "office"
    id = Column(Integer, primary_key=True)
