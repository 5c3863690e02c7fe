"""An abstract class between parent and child adds a key."""

from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, declared_attr

Base = declarative_base()


class Person(Base):
    __tablename__ = "person"
    id = Column(Integer, primary_key=True)
    name = Column(String(50))


class Supervised(Person):
    __abstract__ = True

    @declared_attr
    def supervisor_id(cls):
        return Column(ForeignKey("person.id"))


class Employee(Supervised):  # finds: SG104
    __tablename__ = "employee"
    id = Column(ForeignKey("person.id"), primary_key=True)
