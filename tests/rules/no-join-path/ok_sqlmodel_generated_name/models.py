"""The generated name is the class's in lower case; inheritance of fields counts."""

from typing import List, Optional

from sqlmodel import Field, Relationship, SQLModel


class CommentBase(SQLModel):
    text: str
    post_id: Optional[int] = Field(default=None, foreign_key="blogpost.id")


class BlogPost(SQLModel, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    comments: List["Comment"] = Relationship(back_populates="post")


class Comment(CommentBase, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    post: Optional[BlogPost] = Relationship(back_populates="comments")


class CommentRead(CommentBase):
    id: int
