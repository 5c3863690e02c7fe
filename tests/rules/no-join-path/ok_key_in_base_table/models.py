"""A joined child reaches the target over its parent's key."""

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Company(Base):
    __tablename__ = "company"
    id = Column(Integer, primary_key=True)
    employees = relationship("Employee", back_populates="company")


class Person(Base):
    __tablename__ = "person"
    id = Column(Integer, primary_key=True)
    company_id = Column(ForeignKey("company.id"))


class Employee(Person):
    __tablename__ = "employee"
    id = Column(ForeignKey("person.id"), primary_key=True)
    company = relationship("Company", back_populates="employees")
