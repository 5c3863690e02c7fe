"""A single-table child uses the parent's key."""

from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Team(Base):
    __tablename__ = "team"
    id = Column(Integer, primary_key=True)
    pilots = relationship("Pilot", back_populates="team")


class Person(Base):
    __tablename__ = "person"
    id = Column(Integer, primary_key=True)
    kind = Column(String(10))
    team_id = Column(ForeignKey("team.id"))
    __mapper_args__ = {"polymorphic_on": kind, "polymorphic_identity": "person"}


class Pilot(Person):
    team = relationship("Team", back_populates="pilots")
    __mapper_args__ = {"polymorphic_identity": "pilot"}
