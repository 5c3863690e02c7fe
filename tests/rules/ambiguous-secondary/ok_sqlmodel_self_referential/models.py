"""Both joins through sa_relationship_kwargs."""

from typing import List, Optional

from sqlmodel import Field, Relationship, SQLModel


class Follow(SQLModel, table=True):
    follower_id: Optional[int] = Field(default=None, foreign_key="user.id", primary_key=True)
    followed_id: Optional[int] = Field(default=None, foreign_key="user.id", primary_key=True)


class User(SQLModel, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    following: List["User"] = Relationship(
        link_model=Follow,
        sa_relationship_kwargs={
            "primaryjoin": "User.id == Follow.follower_id",
            "secondaryjoin": "User.id == Follow.followed_id",
        },
    )
