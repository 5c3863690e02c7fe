"""A helper maps one class each time it is called."""

from sqlalchemy import Column, ForeignKey, Integer, Table
from sqlalchemy.orm import registry, relationship

mapper_registry = registry()


class User:
    pass


class Loan:
    pass


def map_class(cls, name, *columns, **properties):
    table = Table(
        name, mapper_registry.metadata, Column("id", Integer, primary_key=True), *columns
    )
    mapper_registry.map_imperatively(cls, table, properties=properties)
    return table


map_class(User, "user")
lender_id = Column("lender_id", ForeignKey("user.id"))
map_class(
    Loan,
    "loan",
    lender_id,
    Column("borrower_id", ForeignKey("user.id")),
    lender=relationship(User, foreign_keys=[lender_id]),
)
