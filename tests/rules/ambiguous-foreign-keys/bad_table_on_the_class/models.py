from sqlalchemy import Column, ForeignKey, Integer, Table
from sqlalchemy.orm import registry, relationship

mapper_registry = registry()
Base = mapper_registry.generate_base()


class Dataset(Base):
    __tablename__ = "dataset"
    id = Column(Integer, primary_key=True)
    uses = relationship("Use", primaryjoin=lambda: Dataset.id == Use.table.c.dataset_id)


class Use:
    pass


Use.table = Table(
    "use",
    mapper_registry.metadata,
    Column("id", Integer, primary_key=True),
    Column("dataset_id", ForeignKey("dataset.id")),
    Column("source_id", ForeignKey("dataset.id")),
    Column("parent_id", ForeignKey("use.id")),
)

mapper_registry.map_imperatively(
    Use,
    Use.table,
    properties=dict(
        dataset=relationship(Dataset, foreign_keys=[Use.table.c.dataset_id], viewonly=True),
        source=relationship(Dataset, viewonly=True),  # finds: SG101
        parent=relationship(Use, remote_side=[Use.table.c.id]),
    ),
)
