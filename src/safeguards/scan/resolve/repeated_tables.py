"""Tables that one file makes twice in one metadata, at least once by `Table(…)`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from safeguards.scan.interpret.values import Made
from safeguards.scan.project import Mapper, Metadata, Project, Table
from safeguards.scan.resolve.references import References
from safeguards.scan.resolve.tables import COLUMN_KINDS

_REUSING = frozenset({"extend_existing", "keep_existing"})
_FORGETTING = frozenset({"clear", "remove"})


class RepeatedTables:
    """Finds such tables; `parse` gives the syntax tree of a file, `is_certain` whether a class
    statement certainly makes a new table.
    """

    def __init__(
        self,
        project: Project,
        references: References,
        parse: Callable[[str], ast.Module | None],
        is_certain: Callable[[Mapper], bool],
    ) -> None:
        self._project = project
        self._references = references
        self._parse = parse
        self._is_certain = is_certain

    def pairs(self) -> Iterator[tuple[Table, Table]]:
        """Each table that SQLAlchemy refuses, with the one that has its name already."""
        declared = {m.table: m for m in self._project.mappers if m.table is not None}
        groups: dict[tuple[Metadata, str | None, str, str], list[Table]] = {}
        for table in self._project.tables:
            if table.name is not None and not table.metadata.open:
                key = (table.metadata, table.schema, table.name, table.place.path)
                groups.setdefault(key, []).append(table)
        for group in groups.values():
            first: Table | None = None
            for table in sorted(group, key=lambda t: t.place) if len(group) > 1 else ():
                made = self._references.made(table)
                mapper = declared.get(table)
                plain = (
                    self._is_plain(made) if made else bool(mapper and self._stands(mapper, table))
                )
                if not plain:
                    continue
                if first is not None and (made or self._references.made(first)):
                    yield table, first
                first = first or table

    def _stands(self, mapper: Mapper, table: Table) -> bool:
        return mapper.place == table.place and self._is_certain(mapper)

    def _is_plain(self, made: Made) -> bool:
        """Whether a call surely runs with its module, names columns and makes a new table."""
        if not made.complete or _REUSING & set(made.kwargs):
            return False
        if not any(isinstance(arg, Made) and arg.kind in COLUMN_KINDS for arg in made.args):
            return False
        tree = self._parse(made.place.path)
        if tree is None or any(_forgets(node) for node in ast.walk(tree)):
            return False
        values = (getattr(node, "value", None) for node in tree.body)
        return any(
            isinstance(value, ast.Call)
            and (value.lineno, value.col_offset + 1) == (made.place.line, made.place.column)
            for value in values
        )


def _forgets(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in _FORGETTING
