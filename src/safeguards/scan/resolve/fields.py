"""SQLModel's fields: `Field(foreign_key=…)`, `Field(sa_column=…)`, bare annotations."""

from __future__ import annotations

from safeguards.scan import facts as f
from safeguards.scan.interpret.values import Literal, Made, Sequence, text
from safeguards.scan.project import Column, Property, Table
from safeguards.scan.resolve.attributes import Declared
from safeguards.scan.resolve.tables import COLUMN_KINDS, Tables


def read(item: Declared, table: Table, tables: Tables) -> Property:
    """A SQLModel field: `Field(foreign_key=…)`, `Field(sa_column=…)` or a bare annotation."""
    prop = Property(item.name, "column", item.place)
    value = item.value
    if not isinstance(value, Made) or value.kind != "Field":
        prop.columns.append(tables.add_column(table, item.name, None, item.place))
        return prop
    given = value.kwargs.get("sa_column")
    if isinstance(given, Made) and given.kind in COLUMN_KINDS:
        named = text(given.args[0]) if given.args else None
        column = tables.add_column(table, named or item.name, given, given.place)
    else:
        column = tables.add_column(table, item.name, value, item.place)
        _add_keys(tables, column, value)
    prop.columns.append(column)
    return prop


def _add_keys(tables: Tables, column: Column, value: Made) -> None:
    reference = value.kwargs.get("foreign_key")
    if reference is not None and not (isinstance(reference, Literal) and reference.value is None):
        tables.add_foreign_key(column, reference, None)
    extra = value.kwargs.get("sa_column_args")
    if isinstance(extra, Sequence):
        for argument in extra.items:
            if isinstance(argument, Made) and argument.kind == "ForeignKey":
                tables.add_foreign_key(column, argument, None)


def is_class_var(annotation: f.Expr | None) -> bool:
    """Whether an annotation says `ClassVar`: such a field is no column."""
    head = annotation.value if isinstance(annotation, f.Subscript) else annotation
    if isinstance(head, f.Attr):
        return head.attr == "ClassVar"
    return isinstance(head, f.Name) and head.id == "ClassVar"
