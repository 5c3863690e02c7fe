"""Helpers put the schema before the name of a table and build the key."""

from sqlalchemy import MetaData

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

SCHEMA = "sales"
Base = declarative_base(metadata=MetaData(schema=SCHEMA))


def apply_schema(name):
    if not SCHEMA:
        return name
    return ".".join([SCHEMA, name])


def build_foreign_key(target, /, *, nullable=True, **options):
    options.setdefault("ondelete", "CASCADE")
    return Column(Integer, ForeignKey(apply_schema(target), **options), nullable=nullable)


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)


class Loan(Base):
    __tablename__ = "loan"
    id = Column(Integer, primary_key=True)
    user_id = build_foreign_key("user.id", nullable=False)
    user = relationship("User")
