"""The child maps a Table."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Person(Base):
    __tablename__ = "person"
    id = Column(Integer, primary_key=True)
    name = Column(String(50))


class Employee(Person):  # finds: SG104
    __table__ = Table(
        "employee",
        Base.metadata,
        Column("id", ForeignKey("person.id"), primary_key=True),
        Column("manager_id", ForeignKey("person.id")),
    )
