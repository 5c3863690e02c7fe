"""`scan --graph`: mapped classes and their relationships as a diagram, the faulty ones marked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from safeguards.diagram import Box, Diagram, Mark, Row
from safeguards.findings import Finding
from safeguards.scan.project import Mapper, Relationship
from safeguards.scan.resolve.build import Resolution

_ENDS = {"one-to-many": "1 → *", "many-to-one": "* → 1", "many-to-many": "* → *"}
MISSING = "missing:"
Faults = Mapping[tuple[str, str | None, str | None], list[Finding]]


def draw(
    resolution: Resolution, findings: Iterable[Finding], judged: Callable[[str], bool]
) -> Diagram:
    """Every judged mapped class and what its relationships lead to, in the order of the files.

    A target that nothing defines is a box of its own; a relationship that could not be followed
    is a row without an arrow.
    """
    faults = _faults(findings)
    mappers = sorted(resolution.project.mappers, key=lambda m: (m.place, m.name))
    keys = {mapper: f"m{number}" for number, mapper in enumerate(mappers)}
    own = [mapper for mapper in mappers if judged(mapper.place.path)]
    boxes = [_box(resolution, mapper, keys, faults) for mapper in own]
    reached = dict.fromkeys(
        key
        for box in boxes
        for key in (*(row.target for row in box.rows), *box.parents)
        if key is not None
    )
    shown = {box.key for box in boxes}
    boxes += [
        Box(key, m.name, _table(m))
        for m, key in keys.items()
        if key in reached and key not in shown
    ]
    boxes += [
        Box(key, key.removeprefix(MISSING), "not defined", mark="error")
        for key in sorted(reached)
        if key.startswith(MISSING)
    ]
    return Diagram(tuple(boxes))


def _faults(findings: Iterable[Finding]) -> Faults:
    found: dict[tuple[str, str | None, str | None], list[Finding]] = {}
    for finding in findings:
        if finding.severity != "info":
            key = (finding.place.path, finding.model, finding.relationship)
            found.setdefault(key, []).append(finding)
    return found


def _box(resolution: Resolution, mapper: Mapper, keys: Mapping[Mapper, str], faults: Faults) -> Box:
    rows = [
        _row(resolution, prop.relationship, keys, faults)
        for prop in mapper.properties.values()
        if prop.relationship is not None and not prop.relationship.is_backref
    ]
    mark, note = _marked(faults.get((mapper.place.path, mapper.name, None), []))
    parents = (keys[mapper.inherits],) if mapper.inherits is not None else ()
    return Box(keys[mapper], mapper.name, _table(mapper), tuple(rows), parents, mark, note)


def _row(
    resolution: Resolution, found: Relationship, keys: Mapping[Mapper, str], faults: Faults
) -> Row:
    mark, note = _marked(faults.get((found.place.path, found.mapper.name, found.key), []))
    direction = resolution.directions.of(found)
    ends = f"  {_ENDS[direction]}" if direction else ""
    through = f" via {found.secondary.label}" if found.secondary is not None else ""
    target = keys[found.target] if found.target is not None else None
    if found.missing:
        target = f"{MISSING}{found.missing}"
    return Row(f"{found.key}{ends}{through}", target, mark, note)


def _marked(findings: list[Finding]) -> tuple[Mark, str]:
    if not findings:
        return "", ""
    worst: Mark = "error" if any(f.severity == "error" for f in findings) else "warning"
    return worst, "; ".join(f"{f.rule} {f.message}" for f in findings)


def _table(mapper: Mapper) -> str:
    return mapper.table.label if mapper.table is not None and mapper.table.name else ""
