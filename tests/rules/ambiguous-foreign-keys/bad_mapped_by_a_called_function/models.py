"""A function that maps every class, called at the end of the module."""

from sqlalchemy import Column, ForeignKey, Integer, Table
from sqlalchemy.orm import registry, relationship

mapper_registry = registry()


class User:
    pass


class Loan:
    pass


def configure():
    users = Table("user", mapper_registry.metadata, Column("id", Integer, primary_key=True))
    loans = Table(
        "loan",
        mapper_registry.metadata,
        Column("id", Integer, primary_key=True),
        Column("lender_id", ForeignKey("user.id")),
        Column("borrower_id", ForeignKey("user.id")),
    )
    options = {"properties": {"lender": relationship(User)}}  # finds: SG101
    mapper_registry.map_imperatively(User, users)
    mapper_registry.map_imperatively(Loan, loans, **options)


configure()
