"""Each half tries the own table of its class first; a key to the base table does not count then."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()
assignment = Table(
    "assignment",
    Base.metadata,
    Column("project_id", ForeignKey("project.id")),
    Column("engineer_id", ForeignKey("engineer.id")),
    Column("approved_by_id", ForeignKey("person.id")),
)


class Person(Base):
    __tablename__ = "person"
    id = Column(Integer, primary_key=True)
    name = Column(String(50))


class Engineer(Person):
    __tablename__ = "engineer"
    id = Column(ForeignKey("person.id"), primary_key=True)
    projects = relationship("Project", secondary=assignment)


class Project(Base):
    __tablename__ = "project"
    id = Column(Integer, primary_key=True)
    engineers = relationship("Engineer", secondary=assignment, viewonly=True)
