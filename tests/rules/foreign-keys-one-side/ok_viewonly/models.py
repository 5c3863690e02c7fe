from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Person(Base):
    __tablename__ = "person"
    id = Column(Integer, primary_key=True)


class Employee(Person):
    __tablename__ = "employee"
    id = Column(ForeignKey("person.id"), primary_key=True)
    reports = relationship("Report", back_populates="author", viewonly=True)


class Report(Base):
    __tablename__ = "report"
    id = Column(Integer, primary_key=True)
    reviewer_id = Column(ForeignKey("employee.id"))
    author_id = Column(ForeignKey("person.id"))
    author = relationship("Employee", back_populates="reports", foreign_keys=[author_id])
