"""Which classes are mapped, by which registry, and in what order their bases count."""

from __future__ import annotations

from safeguards.scan import facts as f
from safeguards.scan.interpret.evaluate import Evaluator
from safeguards.scan.interpret.reading import (
    RELATIONSHIP_NAMES,
    bases_of,
    called_name,
    metaclass_of,
)
from safeguards.scan.interpret.scopes import ClassInfo, Function
from safeguards.scan.interpret.values import Literal, Made, Member, Symbol, Unknown, Value, truth
from safeguards.scan.project import Registry
from safeguards.scan.resolve.registries import Registries, Root

_BASE_MAKERS = frozenset({"declarative_base", "automap_base"})
_PLAIN_PACKAGES = frozenset({
    "abc", "builtins", "collections", "dataclasses", "enum", "flask_login", "pydantic", "typing",
    "typing_extensions",
})  # fmt: skip
"""Packages whose classes bring no columns and no relationships."""

_KEYLESS_PACKAGES = {
    "oslo_db": frozenset({"created_at", "deleted", "deleted_at", "updated_at"}),
    "oslo_versionedobjects": frozenset[str](),
    "sqlalchemy_serializer": frozenset[str](),
    "sqlalchemy_utils": frozenset({"created", "updated"}),
}
"""Packages whose classes bring these columns at most: no foreign keys and no relationships."""


class Lineage:
    """The ancestry of one class.

    `order` is the method resolution order within the project; `root` the declarative base it
    descends from; `foreign` the names of bases that cannot be looked into. Other such bases may
    bring the columns `brought`, but no keys.
    """

    __slots__ = ("brought", "foreign", "order", "root")

    def __init__(
        self,
        order: list[ClassInfo],
        root: Root | None,
        foreign: list[str],
        brought: frozenset[str] = frozenset(),
    ) -> None:
        self.brought = brought
        self.order = order
        self.root = root
        self.foreign = foreign


class Lineages:
    """Answers questions of ancestry, each once."""

    def __init__(self, evaluator: Evaluator, registries: Registries) -> None:
        self._evaluator = evaluator
        self._registries = registries
        self._known: dict[ClassInfo, Lineage] = {}
        self._busy: set[ClassInfo] = set()

    def of(self, info: ClassInfo) -> Lineage:
        """The ancestry of a class; a cyclic one ends where it closes."""
        if info not in self._known:
            if info in self._busy or len(self._busy) > 100:
                return Lineage([info], None, [])
            self._busy.add(info)
            try:
                self._known[info] = self._build(info)
            finally:
                self._busy.discard(info)
        return self._known[info]

    def _build(self, info: ClassInfo) -> Lineage:
        orders: list[list[ClassInfo]] = []
        roots: list[Root] = []
        foreign: list[str] = []
        brought: frozenset[str] = frozenset()
        direct: list[ClassInfo] = []
        for expr in bases_of(info.node):
            base = self._evaluator.value(expr, info.outer)
            foreign += self._foreign_alternatives(expr, info, base)
            if isinstance(base, ClassInfo):
                inner = self.of(base)
                direct.append(base)
                orders.append(inner.order)
                foreign += inner.foreign
                brought |= inner.brought
                roots += [inner.root] if inner.root else []
                continue
            root = self.root_of_base(base) or self._root_of_hidden_db(base, expr)
            if root is not None:
                roots.append(root)
                if root.mixin is not None:
                    orders.append(self.of(root.mixin).order)
            foreign += _foreign_name(base, expr) if root is None else []
            brought |= _KEYLESS_PACKAGES.get(_package(base), frozenset())
        order = [info, *_merge([*orders, direct])]
        own = self._own_root(info) or (None if roots else self._root_by_metaclass(info))
        root = own or (roots[0] if roots else None)
        return Lineage(order, root, foreign, brought)

    def _foreign_alternatives(self, expr: f.Expr, info: ClassInfo, base: Value) -> list[str]:
        """Names of what a base may be instead, from where that cannot be looked into."""
        if not isinstance(expr, f.Name):
            return []
        others = self._evaluator.alternatives(expr.id, info.outer)
        symbols = [each for each in others if each is not base and isinstance(each, Symbol)]
        return [name for symbol in symbols for name in _foreign_name(symbol, expr)]

    def _root_of_hidden_db(self, base: Value, expr: f.Expr) -> Root | None:
        """The root of `db.Model` where the text does not tell what `db` is."""
        owner = base.owner if isinstance(base, Member) else base
        if not isinstance(owner, Unknown | Literal) or _spelled(expr) != "db.Model":
            return None
        return self._registries.foreign("db.Model", style="flask")

    def _own_root(self, info: ClassInfo) -> Root | None:
        """The root that a class makes of itself: by base or decorator."""
        for expr in bases_of(info.node):
            base = self._evaluator.value(expr, info.outer)
            if isinstance(base, Symbol) and base.kind in {
                "DeclarativeBase",
                "DeclarativeBaseNoMeta",
            }:
                return self._registries.declared(info)
        for expr in info.node.decorators:
            target = expr.func if isinstance(expr, f.Call) else expr
            decorator = self._evaluator.value(target, info.outer)
            if isinstance(decorator, Symbol) and decorator.kind == "as_declarative":
                return self._registries.declared(info)
            if isinstance(decorator, Member) and decorator.name == "as_declarative_base":
                return self._registries.declared(info)
        return None

    def _root_by_metaclass(self, info: ClassInfo) -> Root | None:
        """The root that the metaclass makes of a class without any mapped base."""
        expr = metaclass_of(info.node)
        if expr is None:
            return None
        meta = self._evaluator.value(expr, info.outer)
        is_meta = isinstance(meta, Symbol) and meta.kind == "DeclarativeMeta"
        if is_meta or self._is_foreign_kind(meta, "DeclarativeMeta"):
            return self._registries.declared(info)
        return None

    def _is_foreign_kind(self, meta: Value, name: str) -> bool:
        if not isinstance(meta, ClassInfo):
            return False
        symbol = self._evaluator.foreign_base(meta)
        return symbol.endswith((f".{name}", ".DefaultMeta"))

    def root_of_base(self, base: Value) -> Root | None:
        """The root that a base is by itself, without being a class of the project."""
        if isinstance(base, Made):
            if base.kind in _BASE_MAKERS or base.symbol.endswith("registry.generate_base"):
                return self._registries.made(base)
            return None
        if isinstance(base, Member) and base.name == "Model":
            owner = base.owner
            if isinstance(owner, Made) and owner.kind == "SQLAlchemy":
                return self._registries.flask(owner)
            return None
        if isinstance(base, Symbol):
            if base.kind == "SQLModel":
                return self._registries.sqlmodel()
            if base.kind == "Model":
                return self._registries.foreign(base.name, style="flask")
        return None

    def registry_of(self, value: Value) -> Registry:
        """The registry that a `registry()` object, or what stands for it, is."""
        return self._registries.of_registry(value).registry

    # roles

    def mapped_root(self, info: ClassInfo) -> Root | None:
        """The root that maps this class, or None when it is not mapped."""
        decorated = self._decorated(info)
        if decorated is not None:
            return decorated
        lineage = self.of(info)
        root = lineage.root
        if root is None:
            return self._evident_root(info, lineage)
        if root.info is info or self.is_abstract(info):
            return None
        if root.style == "sqlmodel":
            return root if self._keyword(info, "table") is True else None
        return root

    def is_abstract(self, info: ClassInfo) -> bool:
        """Whether the class itself says `__abstract__ = True`."""
        bindings = info.scope.bindings.get("__abstract__")
        return bindings is not None and truth(self._evaluator.bound(bindings)) is not False

    def maps_its_heirs(self, info: ClassInfo) -> bool:
        """Whether a mapped class gives what it declares to its heirs, as a mixin does.

        That of `AbstractConcreteBase` is mapped last, when its heirs are known.
        """
        bases = (self._evaluator.value(expr, info.outer) for expr in bases_of(info.node))
        return any(isinstance(b, Symbol) and b.kind == "AbstractConcreteBase" for b in bases)

    def _keyword(self, info: ClassInfo, name: str) -> object:
        for keyword in info.node.keywords:
            if keyword.name == name:
                value = self._evaluator.value(keyword.value, info.outer)
                return value.value if isinstance(value, Literal) else None
        return None

    def _decorated(self, info: ClassInfo) -> Root | None:
        """`@registry.mapped`, `@registry.mapped_as_dataclass`, `@mapped_as_dataclass(registry)`."""
        for expr in info.node.decorators:
            call = expr if isinstance(expr, f.Call) else None
            value = self._evaluator.value(call.func if call else expr, info.outer)
            if isinstance(value, Member) and value.name in {"mapped", "mapped_as_dataclass"}:
                return self._registries.of_registry(value.owner)
            free = isinstance(value, Symbol) and value.name.endswith(".mapped_as_dataclass")
            if free and call and call.args:
                first = self._evaluator.value(call.args[0], info.outer)
                return self._registries.of_registry(first)
        return None

    def _evident_root(self, info: ClassInfo, lineage: Lineage) -> Root | None:
        """A class on a foreign base that can only be meant as a mapped one."""
        if not lineage.foreign or self.is_abstract(info):
            return None
        names = info.scope.bindings
        named = "__tablename__" in names or "__table__" in names
        if not named and not self._has_plain_relationship(info):
            return None
        return self._registries.foreign(lineage.foreign[-1], style="declarative")

    def _has_plain_relationship(self, info: ClassInfo) -> bool:
        """Whether the body holds a relationship as it stands, which only a mapped class may."""
        calls = [
            row.value.func
            for row in info.node.body
            if isinstance(row, f.Bind)
            and isinstance(row.value, f.Call)
            and called_name(row.value.func, info.module.renamed) in RELATIONSHIP_NAMES
        ]
        found = (self._evaluator.value(func, info.scope) for func in calls)
        return any(isinstance(func, Symbol) and func.kind == "relationship" for func in found)


def _merge(orders: list[list[ClassInfo]]) -> list[ClassInfo]:
    """C3 linearization; where it is impossible, first come first served.

    The last order is that of the direct bases; with a single base there is nothing to merge.
    """
    if len(orders) == 2 and len(orders[1]) == 1:
        return orders[0]
    pending = [list(order) for order in orders if order]
    merged: list[ClassInfo] = []
    while pending:
        heads = [order[0] for order in pending]
        good = (h for h in heads if not any(h in order[1:] for order in pending))
        chosen = next(good, heads[0])
        merged.append(chosen)
        pending = [[c for c in order if c is not chosen] for order in pending]
        pending = [order for order in pending if order]
    return merged


def _package(base: Value) -> str:
    return base.name.split(".", 1)[0] if isinstance(base, Symbol) else ""


def _foreign_name(base: Value, expr: f.Expr) -> list[str]:
    if isinstance(base, Symbol):
        harmless = base.kind or _package(base) in _PLAIN_PACKAGES | _KEYLESS_PACKAGES.keys()
        return [] if harmless else [base.name]
    if isinstance(base, Made):
        return [base.symbol or "a made class"]
    if isinstance(base, Unknown | Member | Function):
        return [_spelled(expr)]
    return []


def _spelled(expr: f.Expr) -> str:
    if isinstance(expr, f.Name):
        return expr.id
    if isinstance(expr, f.Attr):
        return f"{_spelled(expr.value)}.{expr.attr}"
    if isinstance(expr, f.Call):
        return f"{_spelled(expr.func)}()"
    return "a computed base"
