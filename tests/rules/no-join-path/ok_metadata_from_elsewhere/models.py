"""The secondary table lies in a metadata that the text does not tell: it is that of the classes."""

from importlib import import_module

from sqlalchemy import Column, ForeignKey, Integer, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()
metadata = getattr(import_module(__name__), "Base").metadata

membership = Table(
    "membership",
    metadata,
    Column("user_id", ForeignKey("user.id")),
    Column("team_id", ForeignKey("team.id")),
)


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    teams = relationship("Team", secondary=membership)


class Team(Base):
    __tablename__ = "team"
    id = Column(Integer, primary_key=True)
