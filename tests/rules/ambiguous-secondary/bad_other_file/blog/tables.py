from sqlalchemy import Column, ForeignKey, Table

from .base import Base

post_author = Table(
    "post_author",
    Base.metadata,
    Column("post_id", ForeignKey("post.id"), primary_key=True),
    Column("writer_id", ForeignKey("writer.id"), primary_key=True),
    Column("credited_by_id", ForeignKey("writer.id")),
)
