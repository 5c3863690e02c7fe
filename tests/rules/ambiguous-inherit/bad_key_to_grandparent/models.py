"""The join is made to the parent's own table only."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Person(Base):
    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Employee(Person):
    __tablename__ = "employee"
    id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)


class Manager(Employee):  # finds: SG104
    __tablename__ = "manager"
    id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
