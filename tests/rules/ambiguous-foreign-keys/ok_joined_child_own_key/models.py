"""The key in the child's own table decides, the parent's is not asked."""

from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Team(Base):
    __tablename__ = "team"
    id = Column(Integer, primary_key=True)
    name = Column(String(50))


class Person(Base):
    __tablename__ = "person"
    id = Column(Integer, primary_key=True)
    team_id = Column(ForeignKey("team.id"))
    team = relationship("Team")


class Player(Person):
    __tablename__ = "player"
    id = Column(ForeignKey("person.id"), primary_key=True)
    owner_team_id = Column(ForeignKey("team.id"))
    owner_team = relationship("Team")
