"""The mappers of the project as they are: where each is written, what is configured."""

from __future__ import annotations

import ast
import inspect
import os
import sys
import textwrap
from typing import TYPE_CHECKING, Any

from safeguards_worker.texts import Facts

if TYPE_CHECKING:
    from collections.abc import Iterator


def name_of(mapper: Any, key: str | None) -> str:
    """What names a property, or a mapper without key, in every attempt."""
    return f"{mapper.class_.__module__}.{mapper.class_.__qualname__}:{key}"


def mappers() -> Iterator[Any]:
    """Every mapper of every registry; a class whose mapping failed has none."""
    for registry in sys.modules["sqlalchemy.orm.mapper"]._all_registries():
        for manager in list(registry._managers):
            if manager.is_mapped:
                yield manager.mapper


def owner(mapper: Any, key: str | None) -> Facts:
    """A property or mapper with where it is written, as far as the source is there."""
    file, line, _ = source(mapper.class_)
    declared = None
    for each in mapper.class_.__mro__:
        declared = declared or (key and line_of(each, key))
    return {
        "name": mapper.class_.__name__,
        "key": key,
        "file": file,
        "line": line,
        "declared": declared,
    }


def source(cls: type) -> tuple[str, int, list[str]]:
    """File, first line and lines of a class; an empty file name without source."""
    try:
        file = inspect.getsourcefile(cls) or ""
        lines, first = inspect.getsourcelines(cls)
    except (OSError, TypeError, SyntaxError, IndexError):
        return getattr(sys.modules.get(cls.__module__), "__file__", None) or "", 1, []
    return os.path.realpath(file), first, lines


def line_of(cls: type, key: str) -> tuple[str, int] | None:
    """Where a class's body binds a name."""
    file, first, lines = source(cls)
    try:
        statement = ast.parse(textwrap.dedent("".join(lines))).body[0]
    except (SyntaxError, ValueError, IndexError, RecursionError):
        return None
    for node in getattr(statement, "body", []):
        targets = getattr(node, "targets", None) or [getattr(node, "target", None)]
        names = [target.id for target in targets if isinstance(target, ast.Name)]
        if key in names or (isinstance(node, ast.FunctionDef) and node.name == key):
            return file, first + node.lineno - 1
    return None


def configure(aside: set[str]) -> BaseException | None:
    """Configure all mappers but those set aside; the exception, if SQLAlchemy raised one."""
    from sqlalchemy.orm import configure_mappers

    for mapper in mappers():
        if name_of(mapper, None) in aside:
            mapper.configured = True
    try:
        configure_mappers()
    except BaseException as error:  # noqa: BLE001  whatever a project raises is what is asked for
        return error
    return None


def accepted() -> list[tuple[str, str, str]]:
    """File, class and attribute of each relationship that is configured."""
    return [
        (source(mapper.class_)[0], mapper.class_.__name__, key)
        for mapper in mappers()
        for key, prop in mapper._props.items()
        if prop.parent is mapper and prop._configure_finished and hasattr(prop, "direction")
    ]
