from base import Base
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import relationship


class Person(Base):
    __tablename__ = "person"
    id = Column(Integer, primary_key=True)


class Employee(Person):
    __tablename__ = "employee"
    id = Column(ForeignKey("person.id"), primary_key=True)
    reports = relationship("Report", back_populates="author")  # finds: SG112 warning
