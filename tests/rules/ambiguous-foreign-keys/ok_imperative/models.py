"""Classical mapping with the key of the Table."""

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


mapper_registry.map_imperatively(
    User, users, properties={"posts": relationship(Post, foreign_keys=posts.c.author_id)}
)
mapper_registry.map_imperatively(
    Post,
    posts,
    properties={"editor": relationship(User, foreign_keys=[posts.c.editor_id])},
)
