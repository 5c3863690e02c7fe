"""The target's subclass has it, the target does not."""

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Company(Base):
    __tablename__ = "company"
    id = Column(Integer, primary_key=True)
    staff = relationship("Person", back_populates="company")  # finds: SG108


class Person(Base):
    __tablename__ = "person"
    id = Column(Integer, primary_key=True)
    company_id = Column(ForeignKey("company.id"))


class Employee(Person):
    __tablename__ = "employee"
    id = Column(ForeignKey("person.id"), primary_key=True)
    company = relationship("Company")
