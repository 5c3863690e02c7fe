"""The generated name of BlogPost is blogpost."""

from typing import List, Optional

from sqlmodel import Field, Relationship, SQLModel


class BlogPost(SQLModel, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    comments: List["Comment"] = Relationship()  # finds: SG103


class Comment(SQLModel, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    post_id: Optional[int] = Field(default=None, foreign_key="blog_post.id")  # finds: SG107 warning
