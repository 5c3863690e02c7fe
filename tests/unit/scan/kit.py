"""Small projects for the tests of the scanner's inside."""

from __future__ import annotations

from collections.abc import Mapping as Files

from safeguards.scan import facts as f
from safeguards.scan.engine import scan_and_resolve
from safeguards.scan.extract import extract
from safeguards.scan.interpret.annotated import parse
from safeguards.scan.interpret.binding import module_of
from safeguards.scan.interpret.evaluate import Evaluator
from safeguards.scan.interpret.scopes import ClassInfo, Function, Module, ModuleValue
from safeguards.scan.interpret.values import (
    Literal,
    Made,
    Mapping,
    Member,
    Operation,
    Sequence,
    Symbol,
    Value,
)
from safeguards.scan.modules import ModuleIndex
from safeguards.scan.project import Mapper, Relationship, Table
from safeguards.scan.resolve.build import Resolution
from safeguards.scan.sources import Sources

HEAD = """\
from sqlalchemy import *
from sqlalchemy.orm import *
Base = declarative_base()
"""


def model(name: str, *body: str, base: str = "Base", key: str = "") -> str:
    """A mapped class with its table and an `id`; `key` makes that a foreign key to a parent."""
    reference = f', ForeignKey("{key}")' if key else ""
    rows = (
        f'__tablename__ = "{name.lower()}"',
        f"id = Column(Integer{reference}, primary_key=True)",
    )
    return "".join((f"class {name}({base}):\n", *(f"    {row}\n" for row in (*rows, *body))))


def keys(**columns: str) -> tuple[str, ...]:
    """Foreign key columns: `keys(a_id="a.id")`."""
    return tuple(f'{name} = Column(ForeignKey("{to}"))' for name, to in columns.items())


class Resolved:
    """One scanned project, by the names that its source uses."""

    def __init__(self, files: str | Files[str, str]) -> None:
        files = {"models.py": HEAD + files} if isinstance(files, str) else files
        sources = Sources({path: text.encode() for path, text in files.items()})
        self.result, self.resolution = scan_and_resolve(sources)

    @property
    def faults(self) -> set[tuple[str, str]]:
        """Rule and `Model.attribute` of each finding."""
        found = self.result.findings
        return {(each.rule, f"{each.model}.{each.relationship}") for each in found}

    def mapper(self, name: str) -> Mapper:
        """The one mapped class of this name."""
        (found,) = (m for m in self.resolution.project.mappers if m.name == name)
        return found

    def mapped(self) -> set[str]:
        """The names of all mapped classes."""
        return {mapper.name for mapper in self.resolution.project.mappers}

    def table(self, label: str) -> Table:
        """The one table of this label."""
        (found,) = (t for t in self.resolution.project.tables if t.label == label)
        return found

    def relationship(self, label: str) -> Relationship:
        """The relationship `Model.attribute`, inherited ones too."""
        model_name, _, attribute = label.partition(".")
        prop = self.mapper(model_name).find(attribute)
        assert prop is not None
        assert prop.relationship is not None
        return prop.relationship

    def primary(self, label: str) -> str:
        """The verdict on the primary join of a relationship."""
        return self.resolution.joins.primary(self.relationship(label)).kind

    def secondary(self, label: str) -> str:
        """The verdict on the secondary join of a relationship."""
        return self.resolution.joins.secondary(self.relationship(label)).kind

    def direction(self, label: str) -> str | None:
        """The direction of a relationship."""
        return self.resolution.directions.of(self.relationship(label))

    @property
    def all(self) -> Resolution:
        """Everything."""
        return self.resolution


class Interpreted:
    """The files of a project, asked for the values of expressions."""

    def __init__(self, files: str | Files[str, str]) -> None:
        files = {"m.py": files} if isinstance(files, str) else files
        self.index = ModuleIndex(files)
        self.modules: dict[str, Module] = {}
        self._files = files
        self.evaluator = Evaluator(self.index, self.load)

    def load(self, path: str) -> Module:
        """The module at a path, the same for the same path."""
        if path not in self.modules:
            facts = extract(self._files[path].encode())
            assert not facts.fault, facts.fault
            self.modules[path] = module_of(path, self.index.dotted(path), facts)
        return self.modules[path]

    def value(self, expression: str, path: str = "m.py") -> Value:
        """What an expression is at the end of a module."""
        found = parse(expression, 1, 1)
        assert found is not None
        return self.evaluator.value(found, self.load(path).scope)

    def show(self, expression: str, path: str = "m.py") -> object:
        """The value in a form to compare with; `?` where the text does not tell."""
        return show(self.value(expression, path))


def show(value: Value) -> object:
    """A value as Python would write it, `<…>` for things, `?` for what is not known."""
    if isinstance(value, Literal):
        return value.value
    if isinstance(value, Sequence):
        return [*map(show, value.items), *([] if value.complete else ["?"])]
    if isinstance(value, Mapping):
        rest = {} if value.complete else {"?": "?"}
        return {name: show(item) for name, item in value.items.items()} | rest
    if isinstance(value, Symbol):
        return f"<{value.name}>"
    if isinstance(value, ClassInfo):
        return f"<class {value.module.name}.{value.qualname}>"
    if isinstance(value, ModuleValue):
        return f"<module {value.module.name}>"
    if isinstance(value, Function):
        return "<function>"
    if isinstance(value, Member):
        return f"{show(value.owner)}.{value.name}"
    if isinstance(value, Made):
        return f"{value.symbol}({', '.join(map(str, map(show, value.args)))})"
    if isinstance(value, Operation):
        return f" {value.op} ".join(str(show(operand)) for operand in value.operands)
    return "?"


def annotation(text: str) -> f.Expr:
    """An annotation's expression."""
    found = parse(text, 1, 1)
    assert found is not None
    return found
