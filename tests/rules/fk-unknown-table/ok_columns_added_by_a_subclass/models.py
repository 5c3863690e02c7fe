from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Person(Base):
    __tablename__ = "person"
    id = Column(Integer, primary_key=True)
    kind = Column(Integer)
    __mapper_args__ = {"polymorphic_on": kind, "polymorphic_identity": 1}


class Employee(Person):
    number = Column(Integer, unique=True)
    __mapper_args__ = {"polymorphic_identity": 2}


class Badge(Base):
    __tablename__ = "badge"
    id = Column(Integer, primary_key=True)
    number = Column(ForeignKey("person.number"))
    owner = relationship("Employee")
