"""`--dump-models`: every class that the scanner saw, and what it made of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from safeguards.scan.interpret.scopes import ClassInfo
from safeguards.scan.interpret.values import Made, text
from safeguards.scan.project import ForeignKey, Mapper, Relationship
from safeguards.scan.resolve.arguments import RELATIONSHIP_KINDS, relationship_arguments
from safeguards.scan.resolve.build import Resolution
from safeguards.scan.resolve.tables import COLUMN_KINDS

Judged = Callable[[str], bool]


def dump(resolution: Resolution, judged: Judged, display: Callable[[str], str]) -> dict[str, Any]:
    """Models by file and line: mapped classes with what they inherit, and plain ones that
    declare relationships or keys (mixins, abstract bases). `display` rewrites paths.
    """
    mappers = {mapper.info: mapper for mapper in resolution.project.mappers}
    found = []
    for info in resolution.project.classes:
        if judged(info.place.path):
            mapper = mappers.get(info)
            entry = _mapped(resolution, mapper) if mapper else _declaring(resolution, info)
            if entry is not None:
                found.append(_heading(info, display) | entry)
    found.sort(key=lambda entry: (entry["path"], entry["line"], entry["name"]))
    return {"models": found}


def _heading(info: ClassInfo, display: Callable[[str], str]) -> dict[str, Any]:
    return {
        "name": info.name,
        "module": info.module.name,
        "path": display(info.place.path),
        "line": info.place.line,
    }


def _mapped(resolution: Resolution, mapper: Mapper) -> dict[str, Any]:
    relationships = [
        prop.relationship
        for key in _keys(mapper)
        if (prop := mapper.find(key)) is not None
        and prop.relationship is not None
        and not prop.relationship.is_backref
    ]
    return {
        "table": mapper.table.label if mapper.table and mapper.table.name else None,
        "relationships": [_relationship(resolution, each) for each in relationships],
        "foreign_keys": [_key(key) for table in mapper.tables() for key in table.foreign_keys()],
        "undecided": [each.key for each in relationships if not (each.target or each.missing)],
    }


def _keys(mapper: Mapper) -> list[str]:
    keys: dict[str, None] = {}
    for each in reversed(list(mapper.line())):
        keys.update(dict.fromkeys(each.properties))
    return list(keys)


def _relationship(resolution: Resolution, found: Relationship) -> dict[str, Any]:
    return {
        "name": found.key,
        "target": found.target.name if found.target else found.missing or None,
        "line": found.place.line,
        "direction": resolution.directions.of(found),
        "secondary": found.secondary.label if found.secondary else None,
    }


def _key(key: ForeignKey) -> dict[str, Any]:
    return {"column": key.column.name, "target": key.spec or None}


def _declaring(resolution: Resolution, info: ClassInfo) -> dict[str, Any] | None:
    """A class that is not mapped, as far as it declares something for those that are."""
    relationships, keys = [], []
    for name, declared in resolution.attributes.of(info).items():
        value = declared.value
        if isinstance(value, Made) and value.kind in RELATIONSHIP_KINDS:
            target = text(relationship_arguments(value).get("argument"))
            relationships.append(
                {
                    "name": name,
                    "target": target,
                    "line": value.place.line,
                    "direction": None,
                    "secondary": None,
                }
            )
        elif isinstance(value, Made) and value.kind in {*COLUMN_KINDS, "Field"}:
            keys += [{"column": name, "target": spec} for spec in _specs(value)]
    if not (relationships or keys or "__abstract__" in info.scope.bindings):
        return None
    return {
        "table": None,
        "relationships": relationships,
        "foreign_keys": keys,
        "undecided": [],
    }


def _specs(made: Made) -> list[str | None]:
    named = text(made.kwargs.get("foreign_key"))
    keys = [a for a in made.args if isinstance(a, Made) and a.kind == "ForeignKey"]
    return ([named] if named else []) + [text(key.args[0]) for key in keys if key.args]
