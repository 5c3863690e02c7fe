"""Classical mapping with a registry."""

from sqlalchemy import Column, ForeignKey, Integer, Table
from sqlalchemy.orm import registry, relationship

mapper_registry = registry()
users = Table("users", mapper_registry.metadata, Column("id", Integer, primary_key=True))
posts = Table(
    "posts",
    mapper_registry.metadata,
    Column("id", Integer, primary_key=True),
    Column("author_id", ForeignKey("users.id")),
    Column("editor_id", ForeignKey("users.id")),
)


class User:
    pass


class Post:
    pass


mapper_registry.map_imperatively(User, users)
mapper_registry.map_imperatively(
    Post,
    posts,
    properties={
        "author": relationship(User),  # finds: SG101
        "editor": relationship(User, foreign_keys=[posts.c.editor_id]),
    },
)
