"""sa_column holds the key."""

from typing import Optional

from sqlalchemy import Column, ForeignKey, Integer
from sqlmodel import Field, Relationship, SQLModel


class Team(SQLModel, table=True):
    __tablename__ = "teams"
    id: Optional[int] = Field(default=None, primary_key=True)


class Hero(SQLModel, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    team_id: Optional[int] = Field(
        default=None, sa_column=Column(Integer, ForeignKey("teams.id", ondelete="SET NULL"))
    )
    team: Optional[Team] = Relationship()
