"""Foreign keys that lead to no table, or to a table that has no such column."""

from __future__ import annotations

from collections.abc import Callable

from safeguards.scan.project import ForeignKey, Project


class Dangling:
    """Tells which keys certainly lead nowhere."""

    def __init__(self, project: Project, may_hide_tables: Callable[[], bool]) -> None:
        self._project = project
        self._may_hide_tables = may_hide_tables
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
        return _is_absent(key) and not nameless and not self._may_hide_tables()


def _is_absent(key: ForeignKey) -> bool:
    """Whether certainly no table has the name, in this metadata or a schema of it."""
    metadata = key.column.table.metadata
    return bool(key.spec) and not metadata.open and not metadata.tables.get(table_of(key))


def table_of(key: ForeignKey) -> tuple[str | None, str]:
    """The schema and the name of the table that a key names."""
    parts = key.spec.split(".")
    parts = parts[:-1] if len(parts) > 1 else parts
    return ".".join(parts[:-1]) or key.column.table.metadata.schema, parts[-1]
