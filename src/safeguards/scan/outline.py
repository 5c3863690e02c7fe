"""What a file declares, by names alone: enough to tell which files can take part in a mapping.

A class may be mapped without a word of SQLAlchemy in its file: `class Manager(Employee)` is.
So files are chosen over the whole project, from what each one's outline says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from safeguards.scan import facts as f

STEMS = (
    *("relationship", "ForeignKey", "mapped_column", "declarative", "DeclarativeBase", "SQLModel"),
    *("__tablename__", "__table__", "map_imperatively", "automap"),
)
"""Texts that are a word of mapping, whatever stands around them."""

_WORDS = (
    *STEMS,
    *("Column", "Mapped[", ".Model", "Table", "mapper(", "backref(", "column_property("),
    *("synonym(", "composite(", "deferred(", "dynamic_loader(", "reflect("),
)
"""Without one of these `_SHAPING` finds nothing; looking for them is thirty times faster."""

_SHAPING = re.compile(
    rf"{'|'.join(STEMS)}|\bColumn\b|\bMapped\[|\.Model\b|\bTable\b|\bmapper\("
    r"|\b(?:backref|column_property|synonym|composite|deferred|dynamic_loader|reflect)\("
)
_WITHOUT_CLASS = re.compile(r"\bTable\b|\bmapper\(|map_imperatively|automap|\breflect\(")
ROOTS = frozenset(
    {"DeclarativeBase", "DeclarativeBaseNoMeta", "DeclarativeMeta", "MappedAsDataclass", "SQLModel"}
    | {"Model", "declarative_base", "automap_base", "generate_base", "as_declarative"}
    | {"mapped", "mapped_as_dataclass"}
)
"""Last names of what makes a class the root of mapped ones, or itself mapped."""

PARTS = frozenset(
    {"__tablename__", "__table__", "__table_args__", "__mapper_args__", "__abstract__", "Mapped"}
    | {"Column", "ForeignKey", "mapped_column", "relationship", "relation", "declared_attr"}
    | {"column_property", "synonym", "composite", "deferred", "backref", "Table"}
)
"""Names that make a statement in a class body part of a mapping."""

_QUOTED = re.compile(r"""["']([^"'\n]{1,200})["']""")
_WORD = re.compile(r"[^\W\d]\w*")


class Declared(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A class, or another name for one (`is_class` is false), with the last names of its bases.

    `shapes` tells that its bases or its own body hold a name of mapping.
    """

    name: str
    bases: tuple[str, ...]
    is_class: bool
    shapes: bool


class Outline(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """`shapes` tells that the file holds a word of mapping; only then has it `words`: the
    identifiers in its strings, by which relationships may name classes elsewhere.
    """

    shapes: bool = False
    declared: tuple[Declared, ...] = ()
    words: tuple[str, ...] = ()


def outline(facts: f.FileFacts, text: str) -> Outline:
    """The outline of a file with these facts and this text."""
    declared = tuple(dict.fromkeys(_declared(facts.body)))
    if not _shapes(declared, text) and not _alters(facts.body):
        return Outline(False, declared)
    words = {word for part in _QUOTED.findall(text) for word in _WORD.findall(part)}
    return Outline(True, declared, tuple(sorted(words)))


def relevant(outlines: Mapping[str, Outline]) -> list[str]:
    """The files that may declare mappings or classes that relationships name, in given order.

    Those that hold a word of mapping; and those with a class that descends, going by names,
    from one that does, or that a string in such a file names.
    """
    named = {word for each in outlines.values() for word in each.words}
    known = descended(outlines.values())
    return [
        path
        for path, each in outlines.items()
        if each.shapes
        or any(d.is_class and (d.name in named or d.name in known) for d in each.declared)
    ]


def descended(outlines: Iterable[Outline]) -> set[str]:
    """The names that stand for a class with a word of mapping, or for a descendant of one."""
    children: dict[str, list[str]] = {}
    waiting: list[str] = []
    for each in outlines:
        for declared in each.declared:
            if declared.shapes:
                waiting.append(declared.name)
            for base in declared.bases:
                children.setdefault(base, []).append(declared.name)
    found = set(waiting)
    while waiting:
        for child in children.get(waiting.pop(), ()):
            if child not in found:
                found.add(child)
                waiting.append(child)
    return found


def _shapes(declared: tuple[Declared, ...], text: str) -> bool:
    """Whether the text holds a word of mapping, and a class or a call for it to act on."""
    if not any(word in text for word in _WORDS) or _SHAPING.search(text) is None:
        return False
    return any(each.is_class for each in declared) or _WITHOUT_CLASS.search(text) is not None


def _declared(body: Iterable[f.Statement]) -> Iterator[Declared]:
    for node in body:
        if isinstance(node, f.ClassDef):
            parents = [*node.bases, *node.decorators, *(k.value for k in node.keywords)]
            bases = tuple(name for parent in parents for name in _names(parent))
            shapes = not ROOTS.isdisjoint(bases) or any(map(_is_part, node.body))
            yield Declared(node.name, bases, True, shapes)
            yield from _declared(node.body)
        elif isinstance(node, f.Bind):
            yield from _renamed(node)
        elif isinstance(node, f.Import):
            if node.alias and node.name:
                yield Declared(node.alias, (node.name,), False, node.name in ROOTS)
        elif isinstance(node, f.FunctionDef | f.Loop):
            yield from _declared(node.body)
        elif isinstance(node, f.Branch):
            yield from _declared((*node.body, *node.orelse))


def _renamed(node: f.Bind) -> Iterator[Declared]:
    if isinstance(node.target, f.Name) and isinstance(node.value, f.Name | f.Attr | f.Call):
        bases = tuple(_names(node.value))
        shapes = not ROOTS.isdisjoint(bases)
        if shapes or not isinstance(node.value, f.Call):
            yield Declared(node.target.id, bases, False, shapes)


def _is_part(node: f.Statement) -> bool:
    """Whether a statement of a class body is itself part of a mapping."""
    if isinstance(node, f.Bind):
        parts = (node.target, node.value, node.annotation)
        return any(name in PARTS for part in parts if part for name in _names(part))
    if isinstance(node, f.FunctionDef):
        return any(name in PARTS for part in node.decorators for name in _names(part))
    return isinstance(node, f.Branch) and any(map(_is_part, (*node.body, *node.orelse)))


def _alters(body: Iterable[f.Statement]) -> bool:
    """Whether the file's top level assigns to an attribute: anything may be put on a class."""
    for node in body:
        if isinstance(node, f.Bind) and isinstance(node.target, f.Attr):
            return True
        if isinstance(node, f.Do) and "setattr" in _names(node.value):
            return True
        if isinstance(node, f.Loop) and _alters(node.body):
            return True
        if isinstance(node, f.Branch) and _alters((*node.body, *node.orelse)):
            return True
    return False


def _names(node: f.Expr) -> Iterator[str]:
    """The last name of a base; of a call or subscript, also those of what it is given."""
    if isinstance(node, f.Name):
        yield node.id
    elif isinstance(node, f.Attr):
        yield node.attr
    elif isinstance(node, f.Call):
        for part in (node.func, *node.args):
            yield from _names(part)
    elif isinstance(node, f.Subscript):
        yield from _names(node.value)
