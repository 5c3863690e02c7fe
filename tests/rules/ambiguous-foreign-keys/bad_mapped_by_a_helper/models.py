"""A helper maps one class each time it is called, in a loop."""

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
    return mapper_registry.map_imperatively(cls, table, properties=properties)


def key(name):
    return Column(name, ForeignKey("user.id"))


MODELS = [
    (User, "user", [], {}),
    (Loan, "loan", [key("lender_id"), key("borrower_id")], {"lender": relationship(User)}),  # finds: SG101
]
for model, name, columns, properties in MODELS:
    map_class(model, name, *columns, **properties)
