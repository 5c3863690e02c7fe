"""A concrete child needs no key and may have two."""

from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Person(Base):
    __tablename__ = "person"
    id = Column(Integer, primary_key=True)
    name = Column(String(50))


class Archived(Person):
    __tablename__ = "archived_person"
    id = Column(Integer, primary_key=True)
    original_id = Column(ForeignKey("person.id"))
    merged_into_id = Column(ForeignKey("person.id"))
    __mapper_args__ = {"concrete": True}
