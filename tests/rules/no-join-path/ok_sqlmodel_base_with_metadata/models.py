"""A SQLModel base of the project's own."""

from typing import Optional

from sqlalchemy import MetaData
from sqlmodel import Field, Relationship, SQLModel


class Model(SQLModel):
    metadata = MetaData()


class Team(Model, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)


class Hero(Model, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    team_id: Optional[int] = Field(default=None, foreign_key="team.id")
    team: Optional[Team] = Relationship()
