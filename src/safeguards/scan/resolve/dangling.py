"""Foreign keys that lead to no table, or to a table that has no such column."""

from __future__ import annotations

from safeguards.scan.project import ForeignKey, Project
from safeguards.scan.resolve.hidden import Hidden


class Dangling:
    """Tells which keys certainly lead nowhere."""

    def __init__(self, project: Project, hidden: Hidden) -> None:
        self._project = project
        self._hidden = hidden
        self._known: dict[ForeignKey, bool] = {}

    def is_certain(self, key: ForeignKey) -> bool:
        """Whether a key certainly has no target, wherever the project is imported from."""
        if key not in self._known:
            self._known[key] = self._decide(key)
        return self._known[key]

    def _decide(self, key: ForeignKey) -> bool:
        if key.target is not None:
            return False
        if key.table is not None:
            unsure = any(m.table is key.table and m.why_unsure() for m in self._project.mappers)
            return key.leads_nowhere() and not unsure
        nameless = any(table.name is None for table in self._project.tables)
        if nameless or not _is_absent(key):
            return False
        return not self._hidden.may_have_table(table_of(key)[1], key.column.table.metadata)


def _is_absent(key: ForeignKey) -> bool:
    """Whether certainly no table has the name, in this metadata or a schema of it.

    A table whose arguments are computed may lie in any schema.
    """
    metadata = key.column.table.metadata
    if not key.spec or metadata.open:
        return False
    schema, name = table_of(key)
    return not any(
        known == name and (within == schema or any(table.unsure for table in tables))
        for (within, known), tables in metadata.tables.items()
    )


def table_of(key: ForeignKey) -> tuple[str | None, str]:
    """The schema and the name of the table that a key names."""
    parts = key.spec.split(".")
    parts = parts[:-1] if len(parts) > 1 else parts
    return ".".join(parts[:-1]) or key.column.table.metadata.schema, parts[-1]
