"""The parent's own table is tried first and decides alone."""

from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Person(Base):
    __tablename__ = "person"
    id = Column(Integer, primary_key=True)
    name = Column(String(50))


class Employee(Person):
    __tablename__ = "employee"
    id = Column(Integer, ForeignKey("person.id"), primary_key=True)
    documents = relationship("Document")


class Document(Base):
    __tablename__ = "document"
    id = Column(Integer, primary_key=True)
    author_id = Column(Integer, ForeignKey("person.id"))
    owner_id = Column(Integer, ForeignKey("employee.id"))
