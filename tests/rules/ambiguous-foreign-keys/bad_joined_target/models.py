"""The target of a joined hierarchy counts with all its tables."""

from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Person(Base):
    __tablename__ = "person"
    id = Column(Integer, primary_key=True)
    kind = Column(String(20))
    __mapper_args__ = {"polymorphic_on": kind, "polymorphic_identity": "person"}


class Employee(Person):
    __tablename__ = "employee"
    id = Column(Integer, ForeignKey("person.id"), primary_key=True)
    documents = relationship("Document")
    __mapper_args__ = {"polymorphic_identity": "employee"}


class Document(Base):
    __tablename__ = "document"
    id = Column(Integer, primary_key=True)
    author_id = Column(Integer, ForeignKey("person.id"))
    owner_id = Column(Integer, ForeignKey("employee.id"))
    owner = relationship("Employee")  # finds: SG101
