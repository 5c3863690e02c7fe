"""Targets in a hierarchy, mapped by a subclass of the base."""

from sqlalchemy import Column, DateTime, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Timestamped(Base):
    __abstract__ = True
    created = Column(DateTime)


class Person(Timestamped):
    __tablename__ = "person"
    id = Column(Integer, primary_key=True)
    kind = Column(String(20))
    __mapper_args__ = {"polymorphic_on": kind, "polymorphic_identity": "person"}


class Engineer(Person):
    __mapper_args__ = {"polymorphic_identity": "engineer"}


class Ticket(Timestamped):
    __tablename__ = "ticket"
    id = Column(Integer, primary_key=True)
    engineer_id = Column(ForeignKey("person.id"))
    engineer = relationship("Engineer")
