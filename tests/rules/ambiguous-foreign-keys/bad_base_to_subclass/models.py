"""The subclass table has a second key to the base, so the base cannot point at the subclass."""

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Person(Base):
    __tablename__ = "person"
    id = Column(Integer, primary_key=True)
    deputies = relationship("Manager")  # finds: SG101


class Manager(Person):
    __tablename__ = "manager"
    id = Column(Integer, ForeignKey("person.id"), primary_key=True)
    deputy_of_id = Column(Integer, ForeignKey("person.id"))
    __mapper_args__ = {"inherit_condition": id == Person.id}
