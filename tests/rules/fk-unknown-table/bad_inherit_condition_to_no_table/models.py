from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Person(Base):
    __tablename__ = "person"
    id = Column(Integer, primary_key=True)


class Guest(Person):  # finds: SG107
    __tablename__ = "guest"
    id = Column(ForeignKey("visit.id"), primary_key=True)
    __mapper_args__ = {"inherit_condition": id == Person.id}
