"""Classical mapping."""

from sqlalchemy import Column, ForeignKey, Integer, Table
from sqlalchemy.orm import registry, relationship

reg = registry()
page = Table("page", reg.metadata, Column("id", Integer, primary_key=True))
link = Table(
    "link",
    reg.metadata,
    Column("from_id", ForeignKey("page.id"), primary_key=True),
    Column("to_id", ForeignKey("page.id"), primary_key=True),
)


class Page:
    pass


reg.map_imperatively(
    Page,
    page,
    properties={
        "links": relationship(Page, secondary=link),  # finds: SG102
    },
)
