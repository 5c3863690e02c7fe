"""The target's own table or its base's table may hold the key."""

from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Company(Base):
    __tablename__ = "company"
    id = Column(Integer, primary_key=True)
    managers = relationship("Manager", viewonly=True)
    contractors = relationship("Contractor", viewonly=True)


class Person(Base):
    __tablename__ = "person"
    id = Column(Integer, primary_key=True)
    name = Column(String(50))


class Worker(Person):
    __tablename__ = "worker"
    id = Column(ForeignKey("person.id"), primary_key=True)
    company_id = Column(ForeignKey("company.id"))


class Manager(Worker):
    __tablename__ = "manager"
    id = Column(ForeignKey("worker.id"), primary_key=True)


class Contractor(Person):
    __tablename__ = "contractor"
    id = Column(ForeignKey("person.id"), primary_key=True)
    hired_by_id = Column(ForeignKey("company.id"))
