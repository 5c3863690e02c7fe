from sqlalchemy import Column, ForeignKey, Integer, Table
from sqlalchemy.orm import registry, relationship

import model

mapper_registry = registry()

batches = Table("batches", mapper_registry.metadata, Column("id", Integer, primary_key=True))
lines = Table(
    "lines",
    mapper_registry.metadata,
    Column("id", Integer, primary_key=True),
    Column("batch_id", ForeignKey("batches.id")),
    Column("returned_batch_id", ForeignKey("batches.id")),
)


def start_mappers():
    lines_mapper = mapper_registry.map_imperatively(model.Line, lines)
    mapper_registry.map_imperatively(
        model.Batch,
        batches,
        properties={
            "lines": relationship(lines_mapper),  # finds: SG101
            "kept": relationship(
                model.Line, foreign_keys=[lines.c.batch_id], overlaps="lines", viewonly=True
            ),
        },
    )


start_mappers()
