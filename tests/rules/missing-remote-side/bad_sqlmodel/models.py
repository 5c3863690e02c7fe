"""A tree in SQLModel."""

from typing import List, Optional

from sqlmodel import Field, Relationship, SQLModel


class Folder(SQLModel, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    parent_id: Optional[int] = Field(default=None, foreign_key="folder.id")
    parent: Optional["Folder"] = Relationship(back_populates="children")  # finds: SG110
    children: List["Folder"] = Relationship(back_populates="parent")
