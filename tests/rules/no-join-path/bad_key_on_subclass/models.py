"""The base has the relationship, the joined child has the key."""

from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Company(Base):
    __tablename__ = "company"
    id = Column(Integer, primary_key=True)
    name = Column(String(50))


class Person(Base):
    __tablename__ = "person"
    id = Column(Integer, primary_key=True)
    company = relationship("Company")  # finds: SG103


class Employee(Person):
    __tablename__ = "employee"
    id = Column(ForeignKey("person.id"), primary_key=True)
    company_id = Column(ForeignKey("company.id"))
