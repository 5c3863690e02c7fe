"""inherit_condition settles the inheritance, not a relationship between the same tables."""

from typing import Optional

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Person(Base):
    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Employee(Person):
    __tablename__ = "employee"
    id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    emergency_contact_id: Mapped[Optional[int]] = mapped_column(ForeignKey("person.id"))
    emergency_contact: Mapped[Optional["Person"]] = relationship()  # finds: SG101
    __mapper_args__ = {"inherit_condition": id == Person.id}
