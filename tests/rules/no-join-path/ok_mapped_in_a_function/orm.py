from sqlalchemy import Column, ForeignKey, Integer, Table
from sqlalchemy.orm import registry, relationship

import model

mapper_registry = registry()

batches = Table("batches", mapper_registry.metadata, Column("id", Integer, primary_key=True))
lines = Table("lines", mapper_registry.metadata, Column("id", Integer, primary_key=True))
allocations = Table(
    "allocations",
    mapper_registry.metadata,
    Column("line_id", ForeignKey("lines.id")),
    Column("batch_id", ForeignKey("batches.id")),
)


def start_mappers():
    lines_mapper = mapper_registry.map_imperatively(model.Line, lines)
    mapper_registry.map_imperatively(
        model.Batch,
        batches,
        properties={
            "_lines": relationship(lines_mapper, secondary=allocations, collection_class=set),
        },
    )
