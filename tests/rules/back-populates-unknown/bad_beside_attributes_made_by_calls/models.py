"""Attributes that calls give under known names hide none of other names, nor any foreign key."""

import os
from configparser import ConfigParser

from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()
settings = ConfigParser()


def limits():
    settings.add_section("owner")
    settings.set("owner", "most", "5")
    return settings


class Person(Base):
    __tablename__ = "person"
    id = Column(Integer, primary_key=True)
    most = limits().get("owner", "most")
    pets = relationship("Pet", back_populates="owner")


class Pet(Base):
    __tablename__ = "pet"
    id = Column(Integer, primary_key=True)
    owner_id = Column(ForeignKey("person.id"))
    owner = relationship("Person", back_populates="animals")  # finds: SG108


class Toy(Base):
    __tablename__ = "toy"
    id = Column(Integer, primary_key=True)
    owner_name = Column(String)
    owner = relationship(  # finds: SG113
        "Person", primaryjoin="Toy.owner_name == foreign(Person.nam)"
    )


if os.environ.get("WITH_TOYS"):
    Person.toys = relationship("Toy")
