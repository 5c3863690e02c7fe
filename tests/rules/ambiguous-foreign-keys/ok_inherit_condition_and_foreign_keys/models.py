"""The inheritance and the relationship each name their key."""

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
    contact_id: Mapped[Optional[int]] = mapped_column(ForeignKey("person.id"))
    contact: Mapped[Optional["Person"]] = relationship(foreign_keys=[contact_id])
    __mapper_args__ = {"inherit_condition": id == Person.id}
