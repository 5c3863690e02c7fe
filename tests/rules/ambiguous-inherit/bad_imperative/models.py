"""Classical mapping of a child."""

from sqlalchemy import Column, ForeignKey, Integer, Table
from sqlalchemy.orm import registry

reg = registry()
people = Table("people", reg.metadata, Column("id", Integer, primary_key=True))
staff = Table(
    "staff",
    reg.metadata,
    Column("id", ForeignKey("people.id"), primary_key=True),
    Column("manager_id", ForeignKey("people.id")),
)


class Person:
    pass


class Employee(Person):
    pass


reg.map_imperatively(Person, people)
reg.map_imperatively(Employee, staff, inherits=Person)  # finds: SG104
