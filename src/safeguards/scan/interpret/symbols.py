"""The names of SQLAlchemy, SQLModel and Flask-SQLAlchemy, whatever path they are imported by."""

from __future__ import annotations

_ALIASES = {"relation": "relationship", "dynamic_loader": "relationship"}

KNOWN = frozenset({
    "AbstractConcreteBase", "AssociationProxy", "AsyncAttrs", "Column", "ConcreteBase",
    "DeclarativeBase", "DeclarativeBaseNoMeta", "DeclarativeMeta", "DeferredReflection",
    "DynamicMapped", "Field", "ForeignKey", "ForeignKeyConstraint", "Identity", "Mapped",
    "MappedAsDataclass", "MappedColumn", "MetaData", "PrimaryKeyConstraint", "Relationship",
    "SQLAlchemy", "SQLModel", "Table", "UniqueConstraint", "WriteOnlyMapped", "and_",
    "as_declarative", "association_proxy", "automap_base", "backref", "column_property",
    "composite", "declarative_base", "declarative_mixin", "declared_attr", "deferred", "desc",
    "foreign", "func", "has_inherited_table", "hybrid_property", "join", "mapped_column",
    "mapper", "or_", "query_expression", "quoted_name", "registry", "relationship", "remote",
    "synonym", "validates",
})  # fmt: skip

TYPES = frozenset({
    "ARRAY", "BIGINT", "BINARY", "BLOB", "BOOLEAN", "BigInteger", "Boolean", "CHAR", "CLOB",
    "CheckConstraint", "Computed", "DATE", "DATETIME", "DDL", "DECIMAL", "DOUBLE", "Date",
    "DateTime", "Double", "Enum", "FLOAT", "FetchedValue", "Float", "INT", "INTEGER", "Index",
    "Integer", "Interval", "JSON", "LargeBinary", "NCHAR", "NUMERIC", "NVARCHAR", "Numeric",
    "PickleType", "REAL", "SMALLINT", "Sequence", "SmallInteger", "String", "TEXT", "TIME",
    "TIMESTAMP", "Text", "Time", "TypeDecorator", "UUID", "Unicode", "UnicodeText", "Uuid",
    "VARBINARY", "VARCHAR",
})  # fmt: skip
"""What columns and table arguments are made of, as far as `from sqlalchemy import *` brings it."""

_DISTINCT = frozenset({
    "DeclarativeBase", "DeclarativeMeta", "ForeignKey", "ForeignKeyConstraint", "SQLModel",
    "backref", "declarative_base", "declared_attr", "mapped_column", "relationship", "Column",
})  # fmt: skip
"""Names so peculiar that they mean SQLAlchemy's also when imported through a foreign package."""

_HOMES = frozenset({"sqlalchemy", "sqlmodel", "flask_sqlalchemy", "flask_sqlalchemy_lite"})


def kind(symbol: str) -> str:
    """The short name of a SQLAlchemy symbol (`sqlalchemy.orm.relation` → `relationship`).

    SQLModel's own `Relationship` and `Field` and Flask-SQLAlchemy's `Model` keep their names.
    Empty for everything else.
    """
    parts = symbol.split(".")
    last = _ALIASES.get(parts[-1], parts[-1])
    if parts[0] in _HOMES:
        return last if last in KNOWN or last == "Model" else ""
    if last in _DISTINCT:
        return last
    if len(parts) > 1 and parts[-2] == "db" and (last in KNOWN or last == "Model"):
        return last
    return ""


def is_exported(name: str) -> bool:
    """Whether `from sqlalchemy import *`, or one of its packages, brings this name."""
    return name in KNOWN or name in TYPES or name in _ALIASES


def is_home(symbol: str) -> bool:
    """Whether a symbol comes from SQLAlchemy or one of its two companions."""
    return symbol.split(".", 1)[0] in _HOMES
