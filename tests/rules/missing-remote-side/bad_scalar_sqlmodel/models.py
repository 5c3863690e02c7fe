"""A scalar of SQLModel."""

from typing import Optional

from sqlmodel import Field, Relationship, SQLModel


class Place(SQLModel, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    parent_id: Optional[int] = Field(default=None, foreign_key="place.id")
    parent: Optional["Place"] = Relationship()  # finds: SG110 warning
