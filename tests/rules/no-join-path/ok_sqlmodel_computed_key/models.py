"""A foreign key of SQLModel whose text is not known."""

import os

from sqlmodel import Field, Relationship, SQLModel

PREFIX = os.environ.get("NO_SUCH_PREFIX", "")


class Team(SQLModel, table=True):
    __tablename__ = "team"
    id: int | None = Field(default=None, primary_key=True)
    heroes: list["Hero"] = Relationship(back_populates="team")


class Hero(SQLModel, table=True):
    __tablename__ = "hero"
    id: int | None = Field(default=None, primary_key=True)
    team_id: int | None = Field(default=None, foreign_key=PREFIX + "team.id")
    team: Team | None = Relationship(back_populates="heroes")
