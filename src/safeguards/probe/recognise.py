"""Which rule an exception or warning of SQLAlchemy belongs to, by its type and its words."""

from __future__ import annotations

from collections.abc import Collection

from safeguards.scan.registry import Rule, all_rules

OTHER = "SG198"
"""The rule of what only the import can tell."""

EXCEPTIONS: tuple[tuple[str, str, str], ...] = (
    ("AmbiguousForeignKeysError", "inherit condition", "SG104"),
    ("AmbiguousForeignKeysError", "secondary table", "SG102"),
    ("AmbiguousForeignKeysError", "relationship", "SG101"),
    ("NoForeignKeysError", "on relationship", "SG103"),
    ("NoForeignKeysError", "", "SG104"),
    ("NoReferencedColumnError", "", "SG107"),
    ("NoReferencedTableError", "", "SG107"),
    ("InvalidRequestError", "failed to locate a name", "SG105"),
    ("InvalidRequestError", "Multiple classes found for path", "SG106"),
    ("InvalidRequestError", "has no property", "SG108"),
    ("InvalidRequestError", "that is not a relationship", "SG108"),
    ("InvalidRequestError", "must be declared as @declared_attr", "SG119"),
    ("InvalidRequestError", "non-table-bound", "SG119"),
    ("InvalidRequestError", "is reserved", "SG122"),
    ("InvalidRequestError", "is not an instance of ColumnProperty", "SG113"),
    ("InvalidRequestError", "does not have a __table__", "SG120"),
    ("InvalidRequestError", "is already defined for this MetaData", "SG120"),
    ("InvalidRequestError", "has multiple mapped bases", "SG120"),
    ("MappedAnnotationError", "", "SG120"),
    ("AttributeError", "does not have a mapped column named", "SG113"),
    ("ArgumentError", "Column expression expected for argument", "SG113"),
    ("ArgumentError", "does not reference mapper", "SG109"),
    ("ArgumentError", "both of the same direction", "SG110"),
    ("ArgumentError", "could not assemble any primary key", "SG120"),
    ("ArgumentError", "Collection annotation type", "SG120"),
    ("ArgumentError", "conflicts with existing column", "SG120"),
    ("ArgumentError", "Python typing annotation is required", "SG120"),
    ("ArgumentError", "Can't determine polymorphic_on", "SG120"),
    ("ArgumentError", "on an inherited class with no table", "SG120"),
    ("ArgumentError", "Invalid cascade option", "SG116"),
    ("ArgumentError", "sync_backref and viewonly", "SG116"),
    ("ArgumentError", "combined with a viewonly=True", "SG116"),
    ("ArgumentError", "delete-orphan", "SG116"),
    ("ArgumentError", "must elect an appender method", "SG116"),
    ("InvalidRequestError", "loaders cannot be used with", "SG116"),
    ("InvalidRequestError", "cannot specify sync_backref", "SG116"),
    ("LoaderStrategyException", "Can't find strategy", "SG116"),
    ("TypeError", "relationship() got an unexpected keyword", "SG116"),
    ("TypeError", "RelationshipProperty.__init__() got an unexpected keyword", "SG116"),
    ("ArgumentError", "passive_deletes", "SG116"),
    ("ArgumentError", "mutually exclusive", "SG118"),
    ("ArgumentError", "Error creating backref", "SG118"),
    ("ArgumentError", "secondary argument", "SG117"),
    ("ArgumentError", "Can't determine relationship direction", "SG117"),
    ("ArgumentError", "could not determine any unambiguous local/remote", "SG117"),
    ("ArgumentError", "any simple equality expressions", "SG117"),
    ("ArgumentError", "any relevant foreign key columns", "SG103"),
)
"""Type, words in the message, rule; the first that fits counts."""

WARNINGS: tuple[tuple[str, str], ...] = (
    ("will copy column", "SG115"),
    ("declarative-like tuple", "SG121"),
    ("is reserved", "SG122"),
    ("Implicitly combining column", "SG123"),
    ("polymorphic identity", "SG123"),
    ("polymorphic_identity", "SG123"),
)


def of_exception(kinds: Collection[str], message: str) -> Rule:
    """The rule of an exception, given the names of its type and of that one's bases."""
    codes = [code for kind, words, code in EXCEPTIONS if kind in kinds and words in message]
    return _rule(codes)


def of_warning(message: str) -> Rule:
    """The rule of a SAWarning."""
    return _rule([code for words, code in WARNINGS if words in message])


def _rule(codes: list[str]) -> Rule:
    by_code = {rule.code: rule for rule in all_rules()}
    return by_code.get(codes[0] if codes else OTHER, by_code[OTHER])
