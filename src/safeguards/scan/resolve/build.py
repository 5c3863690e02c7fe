"""Facts of all files → `Resolution`: the project and what answers questions about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from safeguards.findings import Place
from safeguards.scan import facts as f
from safeguards.scan.interpret.evaluate import Evaluator
from safeguards.scan.interpret.reading import IMPERATIVE, called_name, nodes
from safeguards.scan.interpret.scopes import Binding, ClassInfo, Module, Scope
from safeguards.scan.interpret.start import Start
from safeguards.scan.interpret.values import Literal, Made, Mapping, Sequence, Value
from safeguards.scan.modules import ModuleIndex
from safeguards.scan.project import Mapper, Project, Property, Relationship
from safeguards.scan.resolve.assignments import Assignments
from safeguards.scan.resolve.attributes import Attributes
from safeguards.scan.resolve.backrefs import Refusal, refusal
from safeguards.scan.resolve.dangling import Dangling
from safeguards.scan.resolve.directions import Directions
from safeguards.scan.resolve.duplicates import Duplicates
from safeguards.scan.resolve.early import EarlyNames
from safeguards.scan.resolve.expressions import EVALUATED, Expressions
from safeguards.scan.resolve.hidden import Hidden, Spot
from safeguards.scan.resolve.joins import Joins
from safeguards.scan.resolve.lineage import Lineages
from safeguards.scan.resolve.mappers import Mappers
from safeguards.scan.resolve.options import unknown_keyword
from safeguards.scan.resolve.references import References
from safeguards.scan.resolve.registration import Registration
from safeguards.scan.resolve.registries import Registries
from safeguards.scan.resolve.relationships import Targets
from safeguards.scan.resolve.tables import Tables
from safeguards.scan.settings import SQLAlchemyVersion


class Resolution:
    """A resolved project with its joins, directions and references, for rules."""

    __slots__ = (
        "_places",
        "_refused",
        "_unknown_names",
        "attributes",
        "dangling",
        "directions",
        "duplicates",
        "early",
        "expressions",
        "joins",
        "project",
        "references",
        "registration",
        "version",
    )

    def __init__(
        self,
        project: Project,
        attributes: Attributes,
        references: References,
        hidden: Hidden,
        duplicates: Duplicates,
        registration: Registration,
        early: EarlyNames,
    ) -> None:
        self.project = project
        self.early = early
        self.registration = registration
        self._refused: dict[Relationship, bool] = {}
        self._unknown_names: dict[Relationship, tuple[str, str] | None] = {}
        self._places: Counter[Place] | None = None
        self.duplicates = duplicates
        self.version: SQLAlchemyVersion = "2.1"
        self.attributes = attributes
        self.references = references
        self.dangling = Dangling(project, hidden)
        self.joins = Joins(references, self.dangling)
        self.directions = Directions(self.joins, references)
        self.expressions = Expressions(project, attributes, references)

    def unknown_name(self, found: Relationship) -> tuple[str, str] | None:
        """A name in a string argument that SQLAlchemy would not find, and that argument."""
        if found not in self._unknown_names:
            self._unknown_names[found] = self._unknown_name(found)
        return self._unknown_names[found]

    def _unknown_name(self, found: Relationship) -> tuple[str, str] | None:
        for argument in EVALUATED:
            text = found.arguments.get(argument)
            if isinstance(text, Literal) and isinstance(text.value, str):
                names = self.references.unknown_names(text, found.mapper)
                if names:
                    return names[0], argument
        return None

    def refused_backref(self, found: Relationship, code: str) -> Refusal | None:
        """What SQLAlchemy refuses in the backref of a relationship, if it is of this rule."""
        refused = refusal(found, self.joins, self.references)
        return refused if refused is not None and refused.code == code else None

    def is_shared(self, found: Relationship) -> bool:
        """Whether the call that makes a relationship makes those of other classes too."""
        if self._places is None:
            self._places = Counter(each.place for each in self.project.relationships)
        return self._places[found.place] > 1

    def is_refused(self, found: Relationship) -> bool:
        """Whether SQLAlchemy certainly refuses a relationship for what it says of itself."""
        if found not in self._refused:
            self._refused[found] = self._is_refused(found)
        return self._refused[found]

    def _is_refused(self, found: Relationship) -> bool:
        if found.missing or self.unknown_name(found) or self.expressions.misuse(found):
            return True
        if self.early.find(found) is not None:
            return True
        if self.duplicates.of(found) is not None or unknown_keyword(found, self.version):
            return True
        joins = [self.joins.primary(found)]
        if found.secondary is not None:
            joins.append(self.joins.secondary(found))
        return any(join.kind not in {"one", "unsure"} for join in joins)


def resolve(
    seeds: Iterable[str],
    index: ModuleIndex,
    load: Callable[[str], Module],
    read: Callable[[str], bytes],
    version: SQLAlchemyVersion = "2.1",
) -> Resolution:
    """Resolve the files `seeds` and whatever their imports lead to, for rules of one version.

    `load` gives the module of a path, the same object for the same path; `read` its bytes.
    """
    builder = _Builder(index, load, read, version)
    resolution = builder.build([load(path) for path in seeds])
    resolution.version = version
    return resolution


class _Builder:
    def __init__(
        self,
        index: ModuleIndex,
        load: Callable[[str], Module],
        read: Callable[[str], bytes],
        version: SQLAlchemyVersion,
    ) -> None:
        self._duplicates = Duplicates(index, load)
        self._evaluator = Evaluator(index, load)
        self._registries = Registries(self._evaluator, lambda info: self._lineages.of(info).root)
        self._early = EarlyNames(read)
        self._registration = Registration(index, load, read, self._evaluator, self._registries)
        self._lineages = Lineages(self._evaluator, self._registries)
        self._assignments = Assignments(self._evaluator)
        self._dormant: list[Scope] = []
        self._attributes = Attributes(
            self._evaluator,
            lambda info: self._lineages.of(info).order,
            self._keeps_attributes,
            self._assignments,
        )
        self._tables = Tables(self._registries)
        self._mappers = Mappers(self._evaluator, self._lineages, self._attributes, self._tables)
        self._references = References(self._evaluator, self._mappers, self._tables, version)

    def build(self, modules: list[Module]) -> Resolution:
        project = Project()
        start = Start(self._evaluator, modules)
        for module in modules:
            start.run(module.scope)
        scopes = [scope for module in modules for scope in module.scope.walk()]
        self._dormant = [scope for module in modules for scope in module.scope.dormant()]
        project.classes = [info for scope in scopes for info in scope.classes]
        for scope in scopes:
            self._assignments.collect(scope)
        for scope in scopes:
            self._collect_tables(scope)
        for info in project.classes:
            mapper = self._mappers.of(info)
            if mapper is not None:
                mapper.unsure = mapper.unsure or self._why_altered(info)
                self._add_perhaps(mapper)
                project.mappers.append(mapper)
        for scope in scopes:
            self._map_imperatively(scope, project)
        project.relationships = self._mappers.relationships
        hidden = Hidden(
            modules, self._evaluator, self._lineages, _spots(project), self._known_tables
        )
        self._link(project, hidden)
        return Resolution(
            project,
            self._attributes,
            self._references,
            hidden,
            self._duplicates,
            self._registration,
            self._early,
        )

    def _keeps_attributes(self, info: ClassInfo) -> bool:
        """Whether a class is mapped, and its heirs inherit what it declares as it is."""
        mapped = self._lineages.mapped_root(info) is not None
        return mapped and not self._lineages.maps_its_heirs(info)

    def _link(self, project: Project, hidden: Hidden) -> None:
        targets = Targets(
            self._evaluator, self._mappers, self._references, self._uncertain(project), hidden
        )
        for found in project.relationships:
            targets.resolve(found)
        project.tables = self._tables.all
        for table in project.tables:
            for key in list(table.foreign_keys()):
                self._references.link(key)
        for found in project.relationships:
            targets.add_backref(found)

    def _why_altered(self, info: ClassInfo) -> str:
        altered = self._assignments.altered
        sources = self._attributes.sources(info)
        reasons = (altered[each] for each in sources if each in altered)
        return next(reasons, self._assignments.stray)

    def _add_perhaps(self, mapper: Mapper) -> None:
        """Enter attributes that are put on the class, or a mixin of it, under a condition."""
        for source in self._attributes.sources(mapper.info):
            for each in self._assignments.perhaps.get(source, ()):
                if each.name in mapper.properties:
                    mapper.unsure = mapper.unsure or each.reason
                    continue
                mapper.properties[each.name] = Property(each.name, "unknown", each.place)
                if each.column:
                    mapper.perhaps = mapper.perhaps or each.reason

    def _known_tables(self) -> frozenset[Spot]:
        places = [table.place for table in self._tables.all if table.name is not None]
        return frozenset((place.path, place.line, place.column) for place in places)

    def _uncertain(self, project: Project) -> dict[str, str]:
        """Classes that may be mapped by a base that is not here, with the reason."""
        found: dict[str, str] = {}
        for scope in self._dormant:
            for info in scope.classes:
                found[info.name] = f"{info.name} is defined in a function"
        for info in project.classes:
            if self._mappers.of(info) is None:
                foreign = self._lineages.of(info).foreign
                if foreign:
                    found[info.name] = f"{info.name} inherits from {foreign[0]}, which is not here"
        return found

    def _collect_tables(self, scope: Scope) -> None:
        for bindings in scope.bindings.values():
            for binding in bindings:
                if isinstance(binding.node, f.Bind) and self._may_be_table(binding, scope):
                    self._enter_tables(self._evaluator.binding(binding))
        for node in scope.assignments:
            if isinstance(node.target, f.Attr) and isinstance(node.value, f.Call):
                self._references.table(self._evaluator.value(node.target, scope))
        for call in scope.calls:
            self._enter_tables(self._evaluator.value(call.value, scope))

    def _may_be_table(self, binding: Binding, scope: Scope) -> bool:
        value = binding.node.value if isinstance(binding.node, f.Bind) else None
        if isinstance(value, f.Call) and scope.kind != "class":
            return True
        return value is not None and any(
            isinstance(node, f.Call) and called_name(node.func, scope.module.renamed) == "Table"
            for node in nodes(value)
        )

    def _enter_tables(self, value: Value) -> None:
        """Enter the table that a value is, or those that a list or dict holds."""
        pending = [value]
        seen: set[int] = set()
        while pending:
            current = pending.pop(0)
            if id(current) in seen:
                continue
            seen.add(id(current))
            if isinstance(current, Made) and current.kind == "Table":
                self._tables.of_made(current)
            elif isinstance(current, Sequence):
                pending[:0] = current.items
            elif isinstance(current, Mapping):
                pending[:0] = current.items.values()

    def _map_imperatively(self, scope: Scope, project: Project) -> None:
        made = [self._evaluator.value(c.value, scope) for c in scope.calls if _maps(c.value, scope)]
        for bindings in scope.bindings.values():
            made += [
                self._evaluator.binding(binding)
                for binding in bindings
                if isinstance(binding.node, f.Bind) and _maps(binding.node.value, scope)
            ]
        for each in made:
            if isinstance(each, Made) and each.args and isinstance(each.args[0], ClassInfo):
                mapper = self._mappers.imperative(each)
                if mapper is not None:
                    project.mappers.append(mapper)


def _spots(project: Project) -> frozenset[Spot]:
    return frozenset(info.identity for info in project.classes)


def _maps(value: f.Expr | None, scope: Scope) -> bool:
    return isinstance(value, f.Call) and (
        called_name(value.func, scope.module.renamed) in IMPERATIVE
    )
