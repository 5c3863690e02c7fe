"""Functions that make classes of other kinds, names or bases hide no model."""

from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()
Archive = declarative_base()


class Wrapper:
    pass


class Person(Base):
    __tablename__ = "person"
    id = Column(Integer, primary_key=True)


class Pet(Base):
    __tablename__ = "pet"
    id = Column(Integer, primary_key=True)
    owner_id = Column(ForeignKey("person.id"))
    owner = relationship("Persn")  # finds: SG105
    toys = relationship("Person", secondary="pet_toy")  # finds: SG105


def wrapped(value):
    kind = type(value).__name__
    name = f"Wrapped{kind}"
    return type(name, (Wrapper, type(value)), {})


def plain(name):
    return type(name, (Wrapper,), {"is_plain": True})


def archived(model):
    return type(model.__name__, (Archive,), {"__table__": copy_of(model.__table__)})


def copy_of(table):
    own = MetaData()
    own.reflect(table.bind)
    return Table(table.name, own, autoload_with=table.bind)


def run(text):
    exec(text, {})


def answer(session, query):
    return session.exec(query).all()
